import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { IssuerClient } from '../client/issuer-client.ts';
import { addServerOption } from '../client/options.ts';
import { type ServerOptions, serverUrl } from '../client/server-url.ts';
import { SessionFile } from '../client/session-file.ts';
import type { CliCommand } from '../command.ts';
import type { CliContext } from '../context.ts';
import { readPassword } from '../read-password.ts';

interface LoginOptions extends ServerOptions {
  readonly operator?: string;
}

const sessionSchema = z.object({ operator: z.string(), token: z.string(), expires_at: z.iso.datetime() });

/** `lapse login`: signs an operator in and keeps the session token in the user's config folder. */
export const command: CliCommand = {
  configure(command, cli, exit) {
    addServerOption(command)
      .option('--operator <name>', 'who signs in; the user of this machine when absent')
      .addHelpText('after', '\nThe password comes from LAPSE_PASSWORD, from a prompt, or from a pipe on stdin.')
      .action(async () => {
        await login(command.optsWithGlobals<LoginOptions>(), cli);
        exit(0);
      });
  },
};

async function login(options: LoginOptions, cli: CliContext): Promise<void> {
  const url = await serverUrl(cli, options);
  const name = options.operator ?? cli.env.USER ?? cli.env.LOGNAME;
  if (!name) throw new AppError('ERR_USAGE', 'no operator is named', { hint: 'use --operator' });
  const password = await readPassword(cli, `password of ${name} at ${url}: `);
  const json = { name, password: password.reveal() };
  const answer = sessionSchema.safeParse(
    await new IssuerClient(url).call({ method: 'POST', path: '/api/session', json }),
  );
  if (!answer.success) throw new AppError('ERR_DAEMON_ANSWER', `${url}: the answer is not that of an issuer`);
  const sessions = new SessionFile(cli.env);
  sessions.save(url, answer.data);
  if (options.quiet !== true)
    cli.stderr.write(`signed in as ${answer.data.operator} until ${answer.data.expires_at} (${sessions.path})\n`);
}
