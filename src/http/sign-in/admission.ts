import type { StoredOperator } from '../../store/issuer/operator-table.ts';
import type { ProvenPerson } from './identity-provider.ts';

const NAME = /^[a-z0-9](?:[a-z0-9._@-]{0,126}[a-z0-9])?$/;
const MAX_GROUPS = 500;
const MAX_GROUP = 256;

/** Who of an identity provider's people may sign in, and as whom. Members of nested claims are named by path: `realm_access/roles`. */
export interface AdmissionRules {
  readonly claims: {
    /** Becomes the operator's name. */
    readonly name: string;
    /** Names the person behind accounts; issuer and subject when absent. */
    readonly human?: string;
    readonly groups?: string;
  };
  /** One of these groups or one of these domains must be theirs. */
  readonly allowedGroups: readonly string[];
  readonly allowedDomains: readonly string[];
  /** Person → accounts (operator names, or `issuer|subject`) that are all that person's. */
  readonly people: Readonly<Record<string, readonly string[]>>;
}

export type Admission =
  | { readonly admitted: Pick<StoredOperator, 'name' | 'human' | 'groups'> & { readonly identity: string } }
  | { readonly refused: 'no-name' | 'not-allowed' | 'email-not-verified' };

/** Turns a proven identity into an operator, or says why not. Nothing is taken that is not a claim of the provider. */
export function admit(person: ProvenPerson, rules: AdmissionRules): Admission {
  const { claims } = person;
  const told = claimAt(claims, rules.claims.name);
  // Canonical once, here: names that differ in case only would be one person to those who read them.
  const name = typeof told === 'string' ? told.normalize('NFKC').toLowerCase() : '';
  if (!NAME.test(name)) return { refused: 'no-name' };
  // Whoever may set an address at will could call themselves anybody.
  if (rules.claims.name === 'email' && claims.email_verified === false) return { refused: 'email-not-verified' };
  const groups = rules.claims.groups === undefined ? [] : groupsIn(claimAt(claims, rules.claims.groups));
  const inGroup = rules.allowedGroups.some((group) => groups.includes(group));
  if (!inGroup && !rules.allowedDomains.some((domain) => isOfDomain(claims, domain))) return { refused: 'not-allowed' };
  const identity = `${person.issuer}|${person.subject}`;
  const human = rules.claims.human === undefined ? undefined : claimAt(claims, rules.claims.human);
  return {
    admitted: {
      name,
      identity,
      groups,
      human: humanOf([name, identity], rules.people) ?? (typeof human === 'string' && human !== '' ? human : identity),
    },
  };
}

/** The person to whom one of these accounts is given by configuration. */
export function humanOf(accounts: readonly string[], people: AdmissionRules['people']): string | undefined {
  return Object.entries(people).find(([, theirs]) => theirs.some((account) => accounts.includes(account)))?.[0];
}

/** By the hosted domain that Google vouches for, or a verified address. */
function isOfDomain(claims: Readonly<Record<string, unknown>>, domain: string): boolean {
  if (typeof claims.hd === 'string') return claims.hd.toLowerCase() === domain;
  if (claims.email_verified !== true || typeof claims.email !== 'string') return false;
  return claims.email.toLowerCase().split('@').slice(1).join('@') === domain;
}

function groupsIn(value: unknown): readonly string[] {
  const list = typeof value === 'string' ? [value] : Array.isArray(value) ? value : [];
  return list
    .filter((group): group is string => typeof group === 'string' && group !== '' && group.length <= MAX_GROUP)
    .slice(0, MAX_GROUPS);
}

function claimAt(claims: Readonly<Record<string, unknown>>, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  return path
    .split('/')
    .reduce<unknown>(
      (value, member) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, member)
          ? (value as Record<string, unknown>)[member]
          : undefined,
      claims,
    );
}
