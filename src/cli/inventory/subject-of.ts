import type { AccessGraph } from '../../graph/access-graph.ts';
import type { PossibleMatch, SecretMatch } from '../../graph/match-secrets.ts';
import type { Credential } from '../../model/credential.ts';
import type { Grant } from '../../model/grant.ts';
import type { Location } from '../../model/location.ts';
import type { Principal } from '../../model/principal.ts';
import type { StaticSecret } from '../../model/static-secret.ts';
import type { Trust } from '../../model/trust.ts';

/** A row of the inventory and what it leads to: secret → credential → principal. */
export interface Subject {
  readonly id: string;
  readonly secret?: StaticSecret;
  readonly match?: SecretMatch;
  readonly possible?: PossibleMatch;
  readonly credential?: Credential;
  readonly principal?: Principal;
  readonly grant?: Grant;
  readonly trust?: Trust;
  readonly locations: readonly Location[];
}

/** Follows a row to the principal whose rights it stands for. */
export function subjectOf(id: string, { inventory, matches, possible }: AccessGraph): Subject {
  const secret = inventory.secrets.get(id);
  const match = matches.get(id);
  const credential = match?.credential ?? inventory.credentials.get(id);
  const grant = inventory.grants.get(id);
  const trust = inventory.trusts.get(id);
  const holder = credential?.principal ?? grant?.principal ?? trust?.principal ?? id;
  const principal = match?.principal ?? inventory.principals.get(holder);
  const row = secret ?? inventory.credentials.get(id) ?? grant ?? trust ?? inventory.principals.get(id);
  const maybe = possible.get(id);
  return {
    id,
    ...(secret === undefined ? {} : { secret }),
    ...(match === undefined ? {} : { match }),
    ...(maybe === undefined ? {} : { possible: maybe }),
    ...(credential === undefined ? {} : { credential }),
    ...(principal === undefined ? {} : { principal }),
    ...(grant === undefined ? {} : { grant }),
    ...(trust === undefined ? {} : { trust }),
    locations: row?.locations ?? [],
  };
}
