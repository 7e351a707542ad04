import { z } from 'zod';
import { operatorClient } from '../client/operator-client.ts';
import { addFormatOption, addServerOption } from '../client/options.ts';
import { parseAnswer } from '../client/parse-answer.ts';
import { reviewSchema } from '../client/reviews.ts';
import type { ServerOptions } from '../client/server-url.ts';
import { table } from '../client/table.ts';
import type { CliCommand } from '../command.ts';

const listSchema = z.object({ reviews: z.array(reviewSchema) });

/** `lapse reviews`: emergency access that somebody other than its user must look at. */
export const command: CliCommand = {
  configure(command, cli, exit) {
    addFormatOption(addServerOption(command))
      .option('--all', 'those that were made as well')
      .action(async () => {
        const options = command.optsWithGlobals<ServerOptions & { all?: boolean; format: string }>();
        const client = await operatorClient(cli, options);
        const query = { all: String(options.all === true) };
        const answer = await client.call({ method: 'GET', path: '/api/reviews', query });
        const list = parseAnswer(listSchema, answer, client);
        const rows = list.reviews.map((review) => [
          review.id,
          review.closed?.verdict ?? (review.overdueAt === undefined ? 'open' : 'overdue'),
          review.operator,
          review.target,
          `due ${review.dueAt}`,
          review.request,
          review.reason,
        ]);
        cli.stdout.write(options.format === 'json' ? `${JSON.stringify(list, null, 2)}\n` : table(rows));
        exit(0);
      });
  },
};
