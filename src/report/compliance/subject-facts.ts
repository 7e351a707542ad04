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
  if (of === 'credential') return credentialState(subject.credentials, path);
  if (of !== 'principal' || ABSENCE_TELLS.has(path.join('.'))) return 'told';
  if (at(subject.principal, path) !== undefined) return 'told';
  // An attribute that it does not have may be one of other kinds of principal.
  return first === 'attributes' ? 'none' : 'unknown';
}

/** What scanners write only where it holds, or whose absence is what a rule is about. */
const ABSENCE_TELLS: ReadonlySet<string> = new Set([
  'owner',
  'enabled',
  'thirdParty',
  'expiryUnknown',
  'attributes.default_account',
  'attributes.deleted',
  'attributes.exposed',
  'attributes.impersonation',
  'attributes.planned',
]);

/** Of those that can still be used: each must tell, since the one that does not may be the one that matters. */
function credentialState(
  credentials: Extract<FindingSubject, { type: 'principal' }>['credentials'],
  path: readonly string[],
): FactState {
  const live = credentials.filter(({ status }) => status === 'active' || status === 'unknown');
  if (live.length === 0) return credentials.length === 0 ? 'none' : 'told';
  if (ABSENCE_TELLS.has(path.join('.'))) return 'told';
  // Without an end is an answer; not knowing of one is none.
  if (path[0] === 'expiresAt') return live.some(({ expiryUnknown }) => expiryUnknown === true) ? 'unknown' : 'told';
  const told = live.filter((credential) => at(credential, path) !== undefined).length;
  // Attributes are of some kinds of credential and not of others.
  if (path[0] === 'attributes') return told > 0 ? 'told' : 'none';
  return told === live.length ? 'told' : 'unknown';
}

function at(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const part of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[part];
  }
  return found;
}
