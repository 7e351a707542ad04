import { AppError } from '../../errors.ts';
import { SecretValue } from '../../model/secret-value.ts';
import { IssuerClient } from '../client/issuer-client.ts';
import { addServerOption } from '../client/options.ts';
import { type ServerOptions, serverUrl } from '../client/server-url.ts';
import { SessionFile } from '../client/session-file.ts';
import type { CliCommand } from '../command.ts';
import type { CliContext } from '../context.ts';

/** `lapse logout`: ends the session at the issuer and forgets it here. */
export const command: CliCommand = {
  configure(command, cli, exit) {
    addServerOption(command).action(async () => {
      await logout(command.optsWithGlobals<ServerOptions>(), cli);
      exit(0);
    });
  },
};

async function logout(options: ServerOptions, cli: CliContext): Promise<void> {
  const url = await serverUrl(cli, options);
  const sessions = new SessionFile(cli.env);
  const session = sessions.find(url, cli.now());
  if (session !== undefined) {
    try {
      await new IssuerClient(url, new SecretValue(session.token)).call({ method: 'DELETE', path: '/api/session' });
    } catch (error) {
      // Already over there. Whatever else fails leaves the file as it is: the session may still live.
      if (!(error instanceof AppError) || error.code !== 'ERR_HTTP_UNAUTHENTICATED') throw error;
    }
    sessions.save(url, undefined);
  }
  if (options.quiet !== true) cli.stderr.write(session === undefined ? 'nobody was signed in\n' : 'signed out\n');
}
