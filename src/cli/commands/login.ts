import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { deviceSignIn } from '../client/device-sign-in.ts';
import { IssuerClient } from '../client/issuer-client.ts';
import { addServerOption } from '../client/options.ts';
import { parseAnswer } from '../client/parse-answer.ts';
import { type ServerOptions, serverUrl } from '../client/server-url.ts';
import { SessionFile, type StoredSession } from '../client/session-file.ts';
import type { CliCommand } from '../command.ts';
import type { CliContext } from '../context.ts';
import { readPassword } from '../read-password.ts';

interface LoginOptions extends ServerOptions {
  readonly operator?: string;
  readonly device?: boolean;
  readonly code?: string;
}

const sessionSchema = z.object({ operator: z.string(), token: z.string(), expires_at: z.iso.datetime() });
const metadataSchema = z.object({ lapse_sign_in_methods_supported: z.array(z.string()).default([]) });

/** `lapse login`: signs an operator in and keeps the session token in the user's config folder. */
export const command: CliCommand = {
  configure(command, cli, exit) {
    addServerOption(command)
      .option('--operator <name>', 'who signs in, with a password; the user of this machine when absent')
      .option('--device', 'sign in by a browser, with a code, whatever the issuer prefers')
      .option('--code <digits>', 'code of the second factor, for whoever has one; else LAPSE_CODE')
      .addHelpText(
        'after',
        `
Where the issuer has an identity provider, this prints an address and a code to confirm there; otherwise, and with --operator or
LAPSE_PASSWORD, it takes a password: from LAPSE_PASSWORD, from a prompt, or from a pipe on stdin.`,
      )
      .action(async () => {
        await login(command.optsWithGlobals<LoginOptions>(), cli);
        exit(0);
      });
  },
};

async function login(options: LoginOptions, cli: CliContext): Promise<void> {
  if (options.device === true && options.operator !== undefined)
    throw new AppError('ERR_USAGE', '--device and --operator exclude each other');
  const url = await serverUrl(cli, options);
  const client = new IssuerClient(url);
  const session = (await byBrowser(options, cli, client))
    ? await deviceSignIn(client, cli)
    : await passwordSignIn(options, cli, client);
  const sessions = new SessionFile(cli.env);
  sessions.save(url, session);
  if (options.quiet !== true)
    cli.stderr.write(`signed in as ${session.operator} until ${session.expires_at} (${sessions.path})\n`);
}

/** What is said here comes first, then what the issuer prefers. */
async function byBrowser(options: LoginOptions, cli: CliContext, client: IssuerClient): Promise<boolean> {
  if (options.device === true) return true;
  if (options.operator !== undefined || cli.env.LAPSE_PASSWORD) return false;
  const answer = await client.call({ method: 'GET', path: '/.well-known/openid-configuration' });
  return parseAnswer(metadataSchema, answer, client).lapse_sign_in_methods_supported.includes('oidc');
}

async function passwordSignIn(options: LoginOptions, cli: CliContext, client: IssuerClient): Promise<StoredSession> {
  const name = options.operator ?? cli.env.USER ?? cli.env.LOGNAME;
  if (!name) throw new AppError('ERR_USAGE', 'no operator is named', { hint: 'use --operator' });
  const password = await readPassword(cli, `password of ${name} at ${client.url}: `);
  const code = options.code ?? cli.env.LAPSE_CODE;
  const json = { name, password: password.reveal(), ...(code === undefined ? {} : { code }) };
  return parseAnswer(sessionSchema, await client.call({ method: 'POST', path: '/api/session', json }), client);
}
