import type { Credential } from '../../model/credential.ts';
import type { Grant } from '../../model/grant.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { StaticSecret } from '../../model/static-secret.ts';
import type { Trust } from '../../model/trust.ts';

/** What counts as standing: usable now, without an end and without anybody's approval. */
export interface Standing {
  principal(id: string): boolean;
  credential(credential: Credential): boolean;
  secret(secret: StaticSecret): boolean;
  grant(grant: Grant): boolean;
  trust(trust: Trust): boolean;
}

/** Trusts by which whoever is in something has what it has. */
const MEMBERSHIPS: ReadonlySet<string> = new Set(['member-of', 'bound-to', 'assigned']);

/** Conditions that say when it is over: IAM's `DateLessThan` on the current time, `request.time` of a CEL expression. */
const ENDS =
  /"DateLessThan(?:Equals)?(?:IfExists)?":\{"aws:(?:CurrentTime|EpochTime)"|request\.time\s*<|"expires(?:_at|At)?":"/i;
/** Roles that somebody may activate (PIM), and has not. */
const ELIGIBLE = /"eligible":true/;

/** Prepares the question for a view; costs as much as there are grants and memberships. */
export function standingOf(inventory: Inventory): Standing {
  const enabled = (id: string) => inventory.principals.get(id)?.enabled !== false;
  const grant = (row: Grant) =>
    row.effect === 'allow' &&
    row.role === 'identity' &&
    endless(row.condition) &&
    !row.via.some((step) => step.startsWith('eligible')) &&
    enabled(row.principal);
  const trust = (row: Trust) => row.effect === 'allow' && endless(row.condition) && enabled(row.principal);
  const holders = holdersOf(inventory, grant, trust);
  return {
    grant,
    trust,
    principal: (id) => holders.has(id) && enabled(id),
    credential: ({ status, expiresAt }) => (status === 'active' || status === 'unknown') && expiresAt === undefined,
    secret: ({ validity, facts }) => validity !== 'inactive' && facts?.exp === undefined && facts?.temporary !== true,
  };
}

function endless(condition: Grant['condition']): boolean {
  if (condition === undefined) return true;
  const text = JSON.stringify(condition);
  return !ENDS.test(text) && !ELIGIBLE.test(text);
}

/** Whoever has a standing grant, of its own or of what it is a member of for good. */
function holdersOf(
  inventory: Inventory,
  isStanding: (grant: Grant) => boolean,
  lasts: (trust: Trust) => boolean,
): ReadonlySet<string> {
  const holders = new Set<string>();
  for (const grant of inventory.grants.values()) if (isStanding(grant)) holders.add(grant.principal);
  const members = new Map<string, string[]>();
  for (const trust of inventory.trusts.values()) {
    const { subject, principal, how } = trust;
    if (subject.kind !== 'principal' || !MEMBERSHIPS.has(how) || !lasts(trust)) continue;
    const list = members.get(principal);
    if (list === undefined) members.set(principal, [subject.id]);
    else list.push(subject.id);
  }
  // A set is walked in the order of its entries, also those that are added meanwhile.
  for (const holder of holders) for (const member of members.get(holder) ?? []) holders.add(member);
  return holders;
}
