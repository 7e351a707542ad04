import { Option } from 'commander';
import { listLeases } from '../client/leases.ts';
import { operatorClient } from '../client/operator-client.ts';
import { addFormatOption, addServerOption } from '../client/options.ts';
import type { ServerOptions } from '../client/server-url.ts';
import { table } from '../client/table.ts';
import type { CliCommand } from '../command.ts';

interface LeasesOptions extends ServerOptions {
  readonly state: string;
  readonly target?: string;
  readonly format: string;
}

/** `lapse leases`: what is out, or in another state. */
export const command: CliCommand = {
  configure(command, cli, exit) {
    const states = ['INTENT', 'CREATING', 'ACTIVE', 'REVOKING', 'DEAD', 'all'];
    addFormatOption(addServerOption(command))
      .addOption(new Option('--state <state>', 'only in this state').choices(states).default('ACTIVE'))
      .option('--target <id>', 'only at this target')
      .action(async () => {
        const options = command.optsWithGlobals<LeasesOptions>();
        const state = options.state === 'all' ? undefined : options.state;
        const leases = await listLeases(await operatorClient(cli, options), { state, target: options.target });
        const rows = leases.map((lease) => [
          lease.id,
          lease.state,
          lease.target,
          lease.expiresAt,
          lease.externalId,
          lease.endReason ?? '',
        ]);
        cli.stdout.write(options.format === 'json' ? `${JSON.stringify({ leases }, null, 2)}\n` : table(rows));
        exit(0);
      });
  },
};
