import type { Credential } from './credential.ts';
import type { Fact } from './fact.ts';
import { DOCUMENT_ELSEWHERE, type Grant } from './grant.ts';
import { groupBy } from './group-by.ts';
import type { Inventory } from './inventory.ts';
import type { Location } from './location.ts';
import type { Principal } from './principal.ts';

/** What two places say differently of one thing. Values are words and dates of a provider, never anything that could be secret. */
export interface Contradiction {
  readonly subject: Principal | Credential;
  /** `enabled`, `status`, `created`, `expires`; or a policy (`policy:NAME`), whose documents differ. */
  readonly field: string;
  readonly sides: readonly [Side, Side];
}

interface Side {
  /** Absent of a document: it would say too much. */
  readonly value?: string;
  readonly location: Location;
}

/** Who says that something was made writes a day or a second: less than this apart is the same. */
const DAY = 86_400_000;

/**
 * What the records of one principal or credential contradict each other in. A record that says nothing of a field, one of something
 * that is only planned, and a mere reference contradict nothing.
 *
 * @param facts - of one kind and id, one per place.
 */
export function contradictionsIn(facts: readonly Fact[]): readonly Contradiction[] {
  const bodies = facts.flatMap(({ kind, body }) =>
    (kind === 'principal' && body.seen === 'listed') || kind === 'credential' ? [body] : [],
  );
  const told = bodies.filter(({ attributes }) => attributes?.planned === undefined);
  return FIELDS.flatMap(({ name, value, same = Object.is }) => {
    const sides = told.flatMap((body) => {
      const [said, location] = [value(body), body.locations[0]];
      return said === undefined || location === undefined ? [] : [{ value: said, location, body }];
    });
    const [first] = sides;
    const other = sides.find((side) => first !== undefined && !same(first.value, side.value));
    return first === undefined || other === undefined
      ? []
      : [{ subject: first.body, field: name, sides: [first, other] }];
  });
}

interface Field {
  readonly name: string;
  value(body: Principal | Credential): string | undefined;
  same?(a: string, b: string): boolean;
}

const FIELDS: readonly Field[] = [
  { name: 'enabled', value: (body) => ('enabled' in body ? String(body.enabled) : undefined) },
  // The others follow from the time at which somebody looked, or say nothing.
  { name: 'status', value: (body) => ('status' in body && /active$/.test(body.status) ? body.status : undefined) },
  { name: 'created', value: ({ createdAt }) => createdAt, same: sameDay },
  { name: 'expires', value: (body) => ('expiresAt' in body ? body.expiresAt : undefined), same: sameDay },
];

function sameDay(a: string, b: string): boolean {
  return !(Math.abs(Date.parse(a) - Date.parse(b)) >= DAY);
}

/**
 * Policies of AWS of which two files have different documents. A document stands in one file whole, so that a statement which one file
 * has and another that has the policy as well has not, is a contradiction.
 */
export function* contradictingPolicies({ principals, grants }: Inventory): Generator<Contradiction> {
  const told = new Set<string>();
  for (const principal of principals.values()) {
    if (principal.platform !== 'aws' || pathsOf(principal).size < 2) continue;
    const documents = grants.of(principal.id).filter(isDocument);
    for (const statements of groupBy(documents, ({ role, via }) => `${role} ${policyOf(via)}`).values()) {
      const [{ role, via } = { role: '', via: [] }] = statements;
      const policy = policyOf(via);
      // Of a policy of its own it is said once, whoever has it.
      const key = policy.startsWith('policy:arn:') ? policy : `${principal.id} ${role} ${policy}`;
      const sides = told.has(key) ? undefined : differing(statements);
      if (sides === undefined) continue;
      told.add(key);
      yield { subject: principal, field: policy, sides };
    }
  }
}

/** Not a word of it is known, or it is not there yet. */
const NO_DOCUMENT: ReadonlySet<string> = new Set([DOCUMENT_ELSEWHERE, 'declared', 'planned']);

function isDocument({ via, unknownContent }: Grant): boolean {
  return unknownContent !== true && policyOf(via) !== '' && !via.some((step) => NO_DOCUMENT.has(step));
}

function policyOf(via: readonly string[]): string {
  return via.find((step) => step.startsWith('policy:')) ?? '';
}

/** A statement that is not in every file that has others of the policy. */
function differing(statements: readonly Grant[]): readonly [Side, Side] | undefined {
  const places = new Map(statements.flatMap(({ locations }) => locations).map((place) => [place.path, place]));
  for (const statement of statements) {
    const own = pathsOf(statement);
    const [location] = statement.locations;
    const other = [...places.values()].find(({ path }) => !own.has(path));
    if (location !== undefined && other !== undefined) return [{ location }, { location: other }];
  }
  return undefined;
}

function pathsOf({ locations }: { readonly locations: readonly Location[] }): ReadonlySet<string> {
  return new Set(locations.map(({ path }) => path));
}
