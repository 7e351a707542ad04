import { AppError } from '../../errors.ts';
import { operatorClient } from '../client/operator-client.ts';
import { addServerOption } from '../client/options.ts';
import { parseAnswer } from '../client/parse-answer.ts';
import { reviewSchema } from '../client/reviews.ts';
import type { ServerOptions } from '../client/server-url.ts';
import type { CliCommand } from '../command.ts';

interface ReviewOptions extends ServerOptions {
  readonly ok?: boolean;
  readonly incident?: boolean;
  readonly note: string;
}

/** `lapse review ID --ok | --incident`: what came of looking at an emergency access of somebody else. */
export const command: CliCommand = {
  configure(command, cli, exit) {
    addServerOption(command.argument('<review>', 'id of the review'))
      .option('--ok', 'it was an emergency, and what was done was for it')
      .option('--incident', 'it was not as it should have been')
      .requiredOption('--note <text>', 'what was looked at')
      .action(async (id: string) => {
        const options = command.optsWithGlobals<ReviewOptions>();
        if ((options.ok === true) === (options.incident === true))
          throw new AppError('ERR_USAGE', 'say either --ok or --incident');
        const client = await operatorClient(cli, options);
        const json = { verdict: options.ok === true ? 'ok' : 'incident', note: options.note };
        const answer = await client.call({ method: 'POST', path: `/api/reviews/${encodeURIComponent(id)}`, json });
        const { closed } = parseAnswer(reviewSchema, answer, client);
        cli.stdout.write(`${id} ${closed?.verdict ?? 'open'}\n`);
        exit(0);
      });
  },
};
