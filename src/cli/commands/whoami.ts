import { z } from 'zod';
import { escapeControl } from '../../report/escape.ts';
import { operatorClient } from '../client/operator-client.ts';
import { addFormatOption, addServerOption } from '../client/options.ts';
import { parseAnswer } from '../client/parse-answer.ts';
import type { ServerOptions } from '../client/server-url.ts';
import type { CliCommand } from '../command.ts';

const sessionSchema = z.object({
  operator: z.string(),
  groups: z.array(z.string()),
  method: z.string(),
  acr: z.string().optional(),
  amr: z.array(z.string()),
  auth_time: z.string(),
  expires_at: z.string(),
});

/** `lapse whoami`: who is signed in, how strongly, and in which groups, as the issuer sees it. */
export const command: CliCommand = {
  configure(command, cli, exit) {
    addFormatOption(addServerOption(command)).action(async () => {
      const options = command.optsWithGlobals<ServerOptions & { format: string }>();
      const client = await operatorClient(cli, options);
      const session = parseAnswer(sessionSchema, await client.call({ method: 'GET', path: '/api/session' }), client);
      cli.stdout.write(options.format === 'json' ? `${JSON.stringify(session, null, 2)}\n` : lines(session));
      exit(0);
    });
  },
};

function lines({ operator, groups, method, acr, amr, auth_time, expires_at }: z.output<typeof sessionSchema>): string {
  const facts = [
    ['operator', operator],
    ['groups', groups.length === 0 ? 'none of its own' : groups.join(', ')],
    ['signed in', [method, amr.join(' '), acr].filter(Boolean).join(', ')],
    ['last seen', auth_time],
    ['until', expires_at],
  ];
  return facts.map(([name = '', value = '']) => `${name.padEnd(10)} ${escapeControl(value)}\n`).join('');
}
