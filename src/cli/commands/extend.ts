import { IssuerClient } from '../client/issuer-client.ts';
import { awaitLease, extendLease } from '../client/obtain-lease.ts';
import { addServerOption, durationSeconds } from '../client/options.ts';
import { type ServerOptions, serverUrl } from '../client/server-url.ts';
import { type SubjectTokenOptions, subjectTokenSource } from '../client/subject-token-source.ts';
import { tellWaiting } from '../client/tell-waiting.ts';
import type { CliCommand } from '../command.ts';
import type { CliContext } from '../context.ts';

interface ExtendOptions extends ServerOptions, SubjectTokenOptions {
  /** Seconds. */
  readonly for: number;
  readonly type: string;
  readonly reason?: string;
  readonly ticket?: string;
}

/** `lapse extend LEASE --for 30m`: asks for more time of a lease, which is a new decision on the whole of it. */
export const command: CliCommand = {
  configure(command, cli, exit) {
    addServerOption(command.argument('<lease>', 'id of a lease that you hold'))
      .requiredOption('--for <duration>', 'how much longer, such as 30m', durationSeconds)
      .option('--type <type>', 'type of the detail', 'db_credential')
      .option('--reason <text>', 'why, for approvers and audit')
      .option('--ticket <id>', 'ticket that this is for')
      .option('--token-file <file>', 'file with the subject token, such as a projected service account token')
      .action(async (lease: string) => {
        await extend(lease, command.optsWithGlobals<ExtendOptions>(), cli);
        exit(0);
      });
  },
};

async function extend(lease: string, options: ExtendOptions, cli: CliContext): Promise<void> {
  const client = new IssuerClient(await serverUrl(cli, options));
  const source = subjectTokenSource(cli, options, client.url);
  const { for: seconds, type, reason, ticket } = options;
  const result = await extendLease(client, source, lease, {
    seconds,
    type,
    ...(reason === undefined ? {} : { reason }),
    ...(ticket === undefined ? {} : { ticket }),
  });
  if ('pending' in result) tellWaiting(cli, result.pending);
  const { lease_id, expires_in } =
    'granted' in result ? result.granted : await awaitLease(client, source, result.pending);
  cli.stdout.write(`${JSON.stringify({ lease_id, expires_in }, null, 2)}\n`);
}
