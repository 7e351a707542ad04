import type { FindingSubject } from '../../graph/subjects.ts';

/**
 * Whether a subject tells what a rule needs: `told`; `unknown`, where it has such a thing and nobody says what it is; `none`, where
 * it has no such thing, or none was seen.
 */
export type FactState = 'told' | 'unknown' | 'none';

/**
 * Whether a subject tells all that a rule needs, and what of it does not. Needs that end alike stand for each other: use is known by
 * either way.
 */
export function factsOf(
  subject: FindingSubject,
  needs: readonly string[],
): { readonly state: FactState; readonly missing: readonly string[] } {
  const best = new Map<string, { readonly need: string; readonly state: FactState }>();
  for (const need of needs) {
    const name = need.slice(need.lastIndexOf('.') + 1);
    const known = best.get(name);
    const state = factState(subject, need);
    if (known === undefined || ORDER.indexOf(state) < ORDER.indexOf(known.state)) best.set(name, { need, state });
  }
  const lacking = [...best.values()].filter(({ state }) => state !== 'told');
  return {
    state: ORDER.findLast((state) => lacking.some((one) => one.state === state)) ?? 'told',
    missing: lacking.map(({ need }) => need),
  };
}

/** From what says most to what says least. */
const ORDER: readonly FactState[] = ['told', 'unknown', 'none'];

function factState(subject: FindingSubject, need: string): FactState {
  const [of = '', ...path] = need.split('.');
  const [first = ''] = path;
  if (of === 'effective') return subject.effective === null ? 'unknown' : 'told';
  if (subject.type === 'secret') return 'told';
  if (of === 'credential') return credentialState(subject.credentials, first);
  if (of !== 'principal' || first === '') return 'told';
  if (first === 'attributes') return at(subject.principal.attributes, path.slice(1)) === undefined ? 'none' : 'told';
  // That nobody is named is what the rule is about.
  if (first === 'owner') return 'told';
  return at(subject.principal, path) === undefined ? 'unknown' : 'told';
}

/** Of those that can still be used: each must tell, since the one that does not may be the one that matters. */
function credentialState(
  credentials: Extract<FindingSubject, { type: 'principal' }>['credentials'],
  member: string,
): FactState {
  const live = credentials.filter(({ status }) => status === 'active' || status === 'unknown');
  if (live.length === 0) return credentials.length === 0 ? 'none' : 'told';
  // Without an end is an answer; not knowing of one is none.
  if (member === 'expiresAt') return live.some(({ expiryUnknown }) => expiryUnknown === true) ? 'unknown' : 'told';
  return live.every((credential) => at(credential, [member]) !== undefined) ? 'told' : 'unknown';
}

function at(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const part of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[part];
  }
  return found;
}
