import { AppError } from '../../errors.ts';
import type { IssuerClient } from '../client/issuer-client.ts';
import { listLeases, revokeLease } from '../client/leases.ts';
import { operatorClient } from '../client/operator-client.ts';
import { addServerOption } from '../client/options.ts';
import type { ServerOptions } from '../client/server-url.ts';
import type { CliCommand } from '../command.ts';
import type { CliContext } from '../context.ts';

interface RevokeOptions extends ServerOptions {
  readonly all?: boolean;
  readonly target?: string;
}

/** `lapse revoke LEASE`, or `--all` of a target: takes back what is out, and ends its live sessions. */
export const command: CliCommand = {
  configure(command, cli, exit) {
    addServerOption(command)
      .argument('[lease...]', 'ids of leases')
      .option('--all', 'every lease that is out at the target')
      .option('--target <id>', 'target of --all')
      .action(async (ids: readonly string[]) => {
        await revoke(ids, command.optsWithGlobals<RevokeOptions>(), cli);
        exit(0);
      });
  },
};

async function revoke(ids: readonly string[], options: RevokeOptions, cli: CliContext): Promise<void> {
  const client = await operatorClient(cli, options);
  const leases = await chosen(ids, options, client);
  let failure: unknown;
  for (const id of leases) {
    try {
      const done = await revokeLease(client, id);
      cli.stdout.write(`${id} ${done ? 'revoked' : 'revoked, not verified at the target yet'}\n`);
    } catch (error) {
      // One that fails must not save the others.
      if (!(error instanceof AppError)) throw error;
      cli.stderr.write(`${id}: ${error.message}\n`);
      failure ??= error;
    }
  }
  if (failure !== undefined) throw failure;
}

async function chosen(
  ids: readonly string[],
  options: RevokeOptions,
  client: IssuerClient,
): Promise<readonly string[]> {
  if (options.all !== true) {
    if (ids.length === 0 || options.target !== undefined)
      throw new AppError('ERR_USAGE', 'name leases, or --all with --target');
    return ids;
  }
  if (options.target === undefined || ids.length > 0)
    throw new AppError('ERR_USAGE', '--all takes a --target and no leases');
  const states = ['ACTIVE', 'REVOKING'];
  const lists = await Promise.all(states.map((state) => listLeases(client, { state, target: options.target })));
  return lists.flat().map(({ id }) => id);
}
