import { Option } from 'commander';
import { z } from 'zod';
import { operatorClient } from '../client/operator-client.ts';
import { addFormatOption, addServerOption } from '../client/options.ts';
import { parseAnswer } from '../client/parse-answer.ts';
import { cardLines, fetchCard } from '../client/request-card.ts';
import type { ServerOptions } from '../client/server-url.ts';
import { table } from '../client/table.ts';
import type { CliCommand } from '../command.ts';

const STATES = ['pending', 'approved', 'denied', 'rejected', 'expired', 'cancelled', 'fulfilled'];

const answerSchema = z.object({
  requests: z.array(
    z.looseObject({
      id: z.string(),
      state: z.string(),
      createdAt: z.string(),
      requester: z.looseObject({ kind: z.string(), subject: z.string() }),
      detail: z.looseObject({
        target: z.string(),
        actions: z.array(z.string()),
        duration: z.number(),
        reason: z.string().optional(),
      }),
    }),
  ),
});

/** `lapse requests`: what was asked for; those that wait for an answer unless told otherwise. */
export const command: CliCommand = {
  configure(command, cli, exit) {
    addFormatOption(addServerOption(command))
      .argument('[request]', 'id of one, to see all of it')
      .addOption(new Option('--state <state>', 'only in this state').choices([...STATES, 'all']).default('pending'))
      .action(async (id: string | undefined) => {
        const options = command.optsWithGlobals<ServerOptions & { state: string; format: string }>();
        const query = { state: options.state === 'all' ? undefined : options.state };
        const client = await operatorClient(cli, options);
        if (id !== undefined) {
          const card = await fetchCard(client, id);
          cli.stdout.write(
            options.format === 'json' ? `${JSON.stringify(card, null, 2)}\n` : `${cardLines(card).join('\n')}\n`,
          );
          return exit(0);
        }
        const answer = parseAnswer(
          answerSchema,
          await client.call({ method: 'GET', path: '/api/requests', query }),
          client,
        );
        cli.stdout.write(options.format === 'json' ? `${JSON.stringify(answer, null, 2)}\n` : table(rows(answer)));
        exit(0);
      });
  },
};

function rows({ requests }: z.output<typeof answerSchema>): readonly (readonly string[])[] {
  return requests.map(({ id, state, createdAt, requester, detail }) => [
    id,
    state,
    createdAt,
    detail.target,
    detail.actions.join(','),
    `${detail.duration}s`,
    `${requester.kind}:${requester.subject}`,
    detail.reason ?? '',
  ]);
}
