import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { Config } from '../config/config.ts';
import { resolveEncryptionKey } from '../config/encryption-key.ts';
import { resolveSecret } from '../config/resolve-secret.ts';
import { AppError } from '../errors.ts';
import { type KeyPlace, keyFile, keyTable } from '../issuer/key-place.ts';
import { Sealer } from '../issuer/sealer.ts';
import type { SecretValue } from '../model/secret-value.ts';
import type { IssuerStore } from '../store/issuer/issuer-store.ts';
import { openIssuerStore } from '../store/issuer/open-issuer-store.ts';
import { loadStoreKey, writeStoreKey } from '../store/key.ts';
import { stateDir } from '../store/state-dir.ts';
import type { CliContext } from './context.ts';

type Cli = Pick<CliContext, 'env' | 'now'>;

/**
 * Opens the issuer's state: the database of the configuration, or `issuer.db` of the state folder, which is made.
 *
 * @throws {AppError} ERR_CONFIG_SECRET, and what opening a store throws.
 */
export async function openIssuerState(config: Config, cli: Cli): Promise<IssuerStore> {
  const place = databaseUrl(config, cli) ?? stateDir(config.state).issuer;
  return await openIssuerStore(place, { hostTime: () => cli.now().getTime() });
}

/** The database that daemons share; undefined for one daemon on SQLite. @throws {AppError} ERR_CONFIG_SECRET */
export function databaseUrl({ issuer, folder }: Config, { env }: Cli): SecretValue | undefined {
  return issuer?.database === undefined ? undefined : resolveSecret(issuer.database, { env, folder });
}

/** The same, where there is one already; undefined where no issuer has ever run. */
export async function findIssuerState(config: Config, cli: Cli): Promise<IssuerStore | undefined> {
  if (config.issuer?.database === undefined && !existsSync(stateDir(config.state).issuer)) return undefined;
  return await openIssuerState(config, cli);
}

/** What seals the issuer's keys, from `issuer.encryption_key`. @throws {AppError} ERR_CONFIG_SECRET */
export async function openSealer({ issuer, folder }: Config, { env }: Cli): Promise<Sealer | undefined> {
  if (issuer?.encryption_key === undefined) return undefined;
  const from = { env, folder };
  const former = await Promise.all(issuer.former_encryption_keys.map((key) => resolveEncryptionKey(key, from)));
  return new Sealer(await resolveEncryptionKey(issuer.encryption_key, from), former);
}

/** Signing keys are in the database where daemons share one, otherwise in a file. */
export function issuerKeyPlace(config: Config, store: IssuerStore, sealer: Sealer | undefined): KeyPlace {
  if (config.issuer?.database === undefined) return keyFile(stateDir(config.state).keys, sealer);
  return keyTable(store, needed(sealer));
}

const STORE_KEY = 'store key';

/**
 * The key of fingerprints, lease handles and whatever else is derived from it: that of this machine, which all daemons of one database must
 * have. The first brings its own into the database, sealed; a machine without one gets it from there.
 *
 * @param file - where this machine keeps it.
 * @throws {AppError} ERR_STORE_KEY when this machine has another one.
 */
export async function issuerStoreKey(
  config: Config,
  store: IssuerStore,
  sealer: Sealer | undefined,
  { file, env }: { readonly file: string; readonly env: Cli['env'] },
): Promise<KeyObject> {
  if (config.issuer?.database === undefined) return loadStoreKey(file, env);
  const by = needed(sealer);
  const find = () => store.read(({ sealed }) => sealed.find(STORE_KEY));
  let found = await find();
  if (found === undefined) {
    // Not written here before the database has taken it: of two daemons that start together, one brings the key of both.
    const mine = hasStoreKey(file, env) ? loadStoreKey(file, env) : createSecretKey(randomBytes(32));
    const own = by.seal(STORE_KEY, mine.export().toString('hex'));
    await store.write(({ sealed }) => sealed.insert(STORE_KEY, own, store.now()));
    found = await find();
  }
  const shared = createSecretKey(Buffer.from(by.open(STORE_KEY, found?.body ?? ''), 'hex'));
  if (!hasStoreKey(file, env)) writeStoreKey(file, shared);
  if (loadStoreKey(file, env).equals(shared)) return shared;
  throw new AppError('ERR_STORE_KEY', `${file}: not the store key of the other daemons on this database`, {
    hint: 'delete it with the inventory beside it and scan again, or set LAPSE_STORE_KEY to the same on all machines',
  });
}

function hasStoreKey(file: string, env: Cli['env']): boolean {
  return env.LAPSE_STORE_KEY !== undefined || existsSync(file);
}

/** Seals with the current encryption key what a former one has sealed. */
export async function resealStoreKey(store: IssuerStore, sealer: Sealer): Promise<void> {
  const found = await store.read(({ sealed }) => sealed.find(STORE_KEY));
  if (found === undefined || sealer.isCurrent(found.body)) return;
  const body = sealer.seal(STORE_KEY, sealer.open(STORE_KEY, found.body));
  await store.write(({ sealed }) => sealed.replace(STORE_KEY, found.version, body, store.now()));
}

/** The configuration is checked for it. */
function needed(sealer: Sealer | undefined): Sealer {
  if (sealer === undefined)
    throw new AppError('ERR_CONFIG_INVALID', 'issuer.database needs an issuer.encryption_key: keys are in it, sealed');
  return sealer;
}
