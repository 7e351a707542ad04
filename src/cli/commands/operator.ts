import { AppError } from '../../errors.ts';
import { SecondFactor } from '../../http/operators/second-factor.ts';
import { base32, totpUri } from '../../http/operators/totp.ts';
import { createStateDir } from '../../store/state-dir.ts';
import type { CliCommand, GlobalOptions } from '../command.ts';
import { configFor } from '../config-for.ts';
import type { CliContext } from '../context.ts';
import { inventoryPlace } from '../inventory-place.ts';
import { issuerStoreKey, openIssuerState, openSealer } from '../issuer-state.ts';

interface TotpOptions extends GlobalOptions {
  readonly remove?: boolean;
}

/**
 * `lapse operator totp NAME`: the second factor of an operator who signs in with a password. On the machine of the daemon, as operators are
 * made: were it set up over a sign-in with the password alone, whoever has the password would have both.
 */
export const command: CliCommand = {
  configure(command, cli, exit) {
    command
      .command('totp')
      .description('draw a second factor (RFC 6238) and print it, once')
      .argument('<operator>', 'name of the operator')
      .option('--remove', 'take it away')
      .action(async (name: string, _options: unknown, totp: typeof command) => {
        await setTotp(name, totp.optsWithGlobals<TotpOptions>(), cli);
        exit(0);
      });
  },
};

async function setTotp(name: string, options: TotpOptions, cli: CliContext): Promise<void> {
  const config = await configFor(cli, options);
  createStateDir(config.folder);
  const store = await openIssuerState(config, cli);
  try {
    const place = { file: inventoryPlace(config, cli.cwd).key, env: cli.env };
    const key = await issuerStoreKey(config, store, await openSealer(config, cli), place);
    const drawn = options.remove === true ? undefined : new SecondFactor(key.export()).draw(name);
    const done = await store.write(async ({ operators, audit }) => {
      if (!(await operators.setTotp(name, drawn?.sealed))) return false;
      const event = drawn === undefined ? 'operator.second_factor_removed' : 'operator.second_factor_set';
      await audit.append({ event, actor: 'system', detail: { operator: name, by: 'lapse operator' } }, store.now());
      return true;
    });
    if (!done) throw new AppError('ERR_USAGE', `no operator "${name}"`, { hint: `lapse init --operator ${name}` });
    if (drawn === undefined) return;
    cli.stdout.write(`${totpUri(drawn.secret, name, 'lapse')}\n`);
    if (options.quiet !== true) {
      cli.stderr.write(`second factor of ${name}, for an authenticator app, not shown again; as a text:\n`);
      cli.stderr.write(`${base32(drawn.secret)}\n`);
    }
  } finally {
    await store.close();
  }
}
