import type { Command } from 'commander';
import { AppError } from '../../errors.ts';
import { type IssuerKeys, openIssuerKeys } from '../../issuer/keys.ts';
import type { Sealer } from '../../issuer/sealer.ts';
import type { IssuerStore } from '../../store/issuer/issuer-store.ts';
import { addFormatOption } from '../client/options.ts';
import { table } from '../client/table.ts';
import type { CliCommand, GlobalOptions } from '../command.ts';
import { configFor } from '../config-for.ts';
import { type CliContext, EXIT } from '../context.ts';
import { findIssuerState, issuerKeyPlace, openSealer, resealStoreKey } from '../issuer-state.ts';

/** A token may be verified so long after the last of its targets' leases: daemons learn of a rotation a little later. */
const MARGIN = 10 * 60_000;

interface Opened {
  readonly store: IssuerStore;
  readonly keys: IssuerKeys;
  readonly sealer: Sealer | undefined;
  /** Milliseconds that a token lives at most. */
  readonly longest: number;
}

/** `lapse keys`: what the issuer signs with. It works on the state itself, while daemons run or not. */
export const command: CliCommand = {
  configure(command, cli, exit) {
    addFormatOption(command.command('list'))
      .description('the published keys: which sign now, which will, which did')
      .action(async (_options: unknown, listing: Command) => {
        const options = listing.optsWithGlobals<GlobalOptions & { format: string }>();
        await withKeys(options, cli, async ({ store, keys }) => {
          const listed = keys.describe(store.now());
          if (options.format === 'json') cli.stdout.write(`${JSON.stringify(listed, null, 2)}\n`);
          else
            cli.stdout.write(
              `${table([
                ['use', 'algorithm', 'key id', 'until'],
                ...listed.map(({ use, alg, kid, until }) => [use, alg, kid, until ?? '']),
              ])}\n`,
            );
        });
        exit(EXIT.clean);
      });
    command
      .command('rotate')
      .description('the next keys become the current ones; the former stay published until their last token is dead')
      .action(async (_options: unknown, rotating: Command) => {
        await withKeys(rotating.optsWithGlobals<GlobalOptions>(), cli, async ({ store, keys, longest }) => {
          await keys.rotate(store.now(), longest + MARGIN);
          await store.write(({ audit }) =>
            audit.append({ event: 'keys.rotated', actor: 'system', detail: { by: 'lapse keys rotate' } }, store.now()),
          );
        });
        cli.stderr.write('rotated; daemons that run sign with the new keys within ten seconds\n');
        exit(EXIT.clean);
      });
    command
      .command('reseal')
      .description('seal what former encryption keys have sealed with the current one')
      .action(async (_options: unknown, resealing: Command) => {
        await withKeys(resealing.optsWithGlobals<GlobalOptions>(), cli, async ({ store, keys, sealer }) => {
          if (sealer === undefined)
            throw new AppError('ERR_USAGE', 'there is no issuer.encryption_key to seal with', {
              hint: 'configure one first',
            });
          await keys.reseal();
          await resealStoreKey(store, sealer);
        });
        cli.stderr.write('sealed with the current key; issuer.former_encryption_keys may go\n');
        exit(EXIT.clean);
      });
  },
};

async function withKeys(options: GlobalOptions, cli: CliContext, work: (opened: Opened) => Promise<void>) {
  const config = await configFor(cli, options);
  const store = await findIssuerState(config, cli);
  if (store === undefined)
    throw new AppError('ERR_STORE_NOT_FOUND', 'no issuer has ever run here', {
      hint: 'run it in the folder of lapse.yaml',
    });
  try {
    const sealer = await openSealer(config, cli);
    const keys = await openIssuerKeys(issuerKeyPlace(config, store, sealer));
    const longest = Math.max(0, ...(config.issuer?.targets ?? []).map((target) => target.max_ttl));
    await work({ store, keys, sealer, longest });
  } finally {
    await store.close();
  }
}
