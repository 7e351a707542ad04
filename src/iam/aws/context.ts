import type { Principal } from '../../model/principal.ts';

/** What is known of one key of a request: its values, that it is not there, or nothing. */
export type KeyValue = readonly string[] | 'absent' | 'unknown';

/** The keys of a request, by name without capitals (`aws:principaltag/team`). */
export type RequestContext = (key: string) => KeyValue;

const PRINCIPAL_TYPES: Readonly<Record<string, string>> = {
  user: 'User',
  group: 'User',
  role: 'AssumedRole',
  root: 'Account',
};
const PRINCIPAL_TAG = 'aws:principaltag/';

/**
 * What is known at scan time about requests of a principal: who it is. Where it calls from, when, and whether a person with a
 * second factor sits there is unknown. For a group, what is true of any member.
 *
 * Source: IAM User Guide, "AWS global condition context keys".
 */
export function principalContext(
  principal: Principal,
  { organization, path }: { readonly organization?: string | undefined; readonly path?: string | undefined } = {},
): RequestContext {
  const { kind, nativeId, name } = principal;
  const keys = new Map<string, KeyValue>([
    ['aws:principalarn', kind === 'group' ? 'unknown' : [nativeId]],
    ['aws:principaltype', known(PRINCIPAL_TYPES[kind])],
    ['aws:principalisawsservice', ['false']],
    ['aws:username', kind === 'user' ? [name] : kind === 'group' ? 'unknown' : 'absent'],
    // A role's id is followed by the session name, which is the caller's choice.
    ['aws:userid', kind === 'user' ? known(principal.aliases?.find((alias) => alias.startsWith('AIDA'))) : 'unknown'],
    ['aws:principalaccount', known(principal.scope[0])],
    ['aws:principalorgid', known(organization)],
    ['aws:principalorgpaths', known(path)],
    // Only services that call for somebody have these.
    ['aws:sourcearn', 'absent'],
    ['aws:sourceaccount', 'absent'],
    ['aws:principalservicename', 'absent'],
    // Every caller can use TLS, so nothing is gained or lost by what depends on it.
    ['aws:securetransport', ['true']],
  ]);
  const tags = tagsOf(principal);
  return (key) => {
    if (!key.startsWith(PRINCIPAL_TAG)) return keys.get(key) ?? 'unknown';
    const value = tags?.get(key.slice(PRINCIPAL_TAG.length));
    if (value !== undefined) return [value];
    // A session of a role can bring tags of its own.
    return tags !== undefined && kind === 'user' ? 'absent' : 'unknown';
  };
}

/** The same request with more of it known. */
export function withKeys(context: RequestContext, keys: ReadonlyMap<string, KeyValue>): RequestContext {
  return (key) => keys.get(key) ?? context(key);
}

/** The tags of a principal by key without capitals, as IAM compares them; undefined when its export has no tags. */
export function tagsOf(principal: Principal): ReadonlyMap<string, string> | undefined {
  const tags = principal.attributes?.tags;
  if (typeof tags !== 'object' || tags === null) return undefined;
  return new Map(
    Object.entries(tags).flatMap(([key, value]) => (typeof value === 'string' ? [[key.toLowerCase(), value]] : [])),
  );
}

function known(value: string | undefined): KeyValue {
  return value === undefined ? 'unknown' : [value];
}
