import type { Fact } from '../../model/fact.ts';
import type { CodeOwners } from './code-owners.ts';

/** A fact with the owner of the file that declares it, where the declaration itself names none. */
export function ownedByCode<T extends Fact>(fact: T, owners: CodeOwners): T {
  if (fact.kind !== 'principal' || fact.body.seen !== 'listed' || fact.body.owner !== undefined) return fact;
  const [first] = fact.body.locations;
  const found = first === undefined || first.commit !== undefined ? [] : owners.ownersOf(first.path);
  const [owner] = found;
  if (owner === undefined) return fact;
  const value = found.map((one) => one.value).join(' ');
  return { ...fact, body: { ...fact.body, owner: { ...owner, value } } };
}
