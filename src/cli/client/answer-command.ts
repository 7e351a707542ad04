import { z } from 'zod';
import type { CliCommand } from '../command.ts';
import { operatorClient } from './operator-client.ts';
import { addServerOption } from './options.ts';
import { parseAnswer } from './parse-answer.ts';
import type { ServerOptions } from './server-url.ts';

const requestSchema = z.object({ id: z.string(), state: z.string() });

/** `approve` and `deny` differ in the verdict only. */
export function answerCommand(verdict: 'approve' | 'deny'): CliCommand {
  return {
    configure(command, cli, exit) {
      addServerOption(command)
        .argument('<request>', 'id of the request')
        .option('--reason <text>', 'why, for the requester and the audit log')
        .action(async (id: string) => {
          const options = command.optsWithGlobals<ServerOptions & { reason?: string }>();
          const client = await operatorClient(cli, options);
          const path = `/api/requests/${encodeURIComponent(id)}/${verdict}`;
          const json = options.reason === undefined ? {} : { reason: options.reason };
          const request = parseAnswer(requestSchema, await client.call({ method: 'POST', path, json }), client);
          cli.stdout.write(`${request.id} ${request.state}\n`);
          exit(0);
        });
    },
  };
}
