import type { Credential } from '../model/credential.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Principal } from '../model/principal.ts';
import type { StaticSecret } from '../model/static-secret.ts';
import { indexForMatching, type MatchIndex } from './match/match-index.ts';
import { MATCHERS } from './match/matchers.ts';

/** A static secret and what it belongs to, as far as the inventory knows. */
export interface SecretMatch {
  readonly secret: StaticSecret;
  readonly credential?: Credential;
  readonly principal?: Principal;
  /** What joined them: `credential id`, `e-mail in the key file`, `subject of the token`. */
  readonly by: string;
  /** `high`: by an id that only one thing has; `medium`: by what is as good as one. */
  readonly confidence: 'high' | 'medium';
}

/** What a static secret may belong to, where nothing says which, or where what says so is too little to build on. */
export interface PossibleMatch {
  readonly secret: StaticSecret;
  readonly by: string;
  /** Ids of credentials or principals, in order. */
  readonly candidates: readonly string[];
}

export interface SecretMatches {
  readonly matches: ReadonlyMap<string, SecretMatch>;
  readonly possible: ReadonlyMap<string, PossibleMatch>;
}

/**
 * Matches every static secret to the credential and the principal that it is, by the first of these that finds exactly one:
 * the provider's id that the material shows, the same value told of by an export, and decoded facts (the account of a key file,
 * the subject of a token, the application beside a secret, the user of an address). Two candidates are no match: they are
 * possible ones. Costs as much as there are rows.
 */
export function matchSecrets(inventory: Inventory): SecretMatches {
  const matches = new Map<string, SecretMatch>();
  const possible = new Map<string, PossibleMatch>();
  if (inventory.secrets.size === 0) return { matches, possible };
  const index = indexForMatching(inventory);
  for (const secret of inventory.secrets.values()) {
    const found = matchOne(secret, index, inventory);
    if (found === undefined) continue;
    if ('candidates' in found) possible.set(secret.id, found);
    else matches.set(secret.id, found);
  }
  return { matches, possible };
}

function matchOne(
  secret: StaticSecret,
  index: MatchIndex,
  inventory: Inventory,
): SecretMatch | PossibleMatch | undefined {
  let unsure: PossibleMatch | undefined;
  for (const matcher of MATCHERS) {
    const found = matcher(secret, index);
    if (found === undefined || (found.credentials.length === 0 && found.principals.length === 0)) continue;
    const { by, confidence } = found;
    const credentials = unique(found.credentials);
    const principals = unique(found.principals);
    const [credential] = credentials;
    const [principal] = principals;
    const one = credentials.length === 1 || (credentials.length === 0 && principals.length === 1);
    if (!one || confidence === 'low') {
      const candidates = (credentials.length > 0 ? credentials : principals).map(({ id }) => id).sort();
      unsure ??= { secret, by, candidates };
      continue;
    }
    const holder = principal ?? inventory.principals.get(credential?.principal ?? '');
    // A weaker word must not contradict a surer one that left several.
    const among =
      unsure === undefined || [credential?.id, holder?.id].some((id) => unsure?.candidates.includes(id ?? ''));
    if (!among) continue;
    return {
      secret,
      ...(credential === undefined ? {} : { credential }),
      ...(holder === undefined ? {} : { principal: holder }),
      by,
      confidence,
    };
  }
  return unsure;
}

function unique<T extends { readonly id: string }>(rows: readonly T[]): readonly T[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}
