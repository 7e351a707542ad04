import type { Kysely } from 'kysely';
import type { EntityBody } from '../../model/entity.ts';
import { secretId } from '../../model/id.ts';
import type { Principal } from '../../model/principal.ts';
import type { StaticSecret } from '../../model/static-secret.ts';
import { mergeStored } from './merge-stored.ts';
import type { InventorySchema } from './schema.ts';

type Db = Kysely<InventorySchema>;
type FactKind = 'secret' | 'credential' | 'principal';

/** The static secret with a keyed fingerprint as it stands now, and whose credential it is where the material shows that. */
export async function findSecret(
  db: Db,
  fingerprint: string,
): Promise<{ readonly secret: StaticSecret; readonly principal?: Principal } | undefined> {
  const secret = await current(db, 'secret', secretId(fingerprint));
  if (secret === undefined || secret.fingerprint !== fingerprint) return undefined;
  const principal = await principalOf(db, secret);
  return principal === undefined ? { secret } : { secret, principal };
}

async function principalOf(db: Db, { platform, credentialNativeId }: StaticSecret): Promise<Principal | undefined> {
  if (platform === undefined || credentialNativeId === undefined) return undefined;
  // The id of a credential is platform:kind:nativeId, and which kind it is the material does not say.
  const candidates = await db
    .selectFrom('fact')
    .select('id')
    .distinct()
    .where('kind', '=', 'credential')
    .where('valid_to', 'is', null)
    .where('id', '>', `${platform}:`)
    .where('id', '<', `${platform};`)
    .where((eb) =>
      eb(eb.fn<string>('substr', ['id', eb.lit(-credentialNativeId.length - 1)]), '=', `:${credentialNativeId}`),
    )
    .execute();
  const credentials = await Promise.all(candidates.map(({ id }) => current(db, 'credential', id)));
  const owners = credentials.flatMap((found) => (found?.nativeId === credentialNativeId ? [found.principal] : []));
  // Two owners of one key id: whose it is cannot be told, and a guess would be somebody's identity.
  const [owner, ...others] = new Set(owners);
  return owner === undefined || others.length > 0 ? undefined : current(db, 'principal', owner);
}

async function current<Kind extends FactKind>(db: Db, kind: Kind, id: string): Promise<EntityBody<Kind> | undefined> {
  const rows = await db
    .selectFrom('fact')
    .select('body')
    .where('kind', '=', kind as string)
    .where('id', '=', id)
    .where('valid_to', 'is', null)
    .execute();
  return mergeStored(kind, rows);
}
