import { canonicalJson } from './canonical-json.ts';
import type { Credential } from './credential.ts';
import type { EntityBody, EntityKind } from './entity.ts';
import { type Finding, SEVERITIES } from './finding.ts';
import type { Grant } from './grant.ts';
import type { Json, JsonObject } from './json.ts';
import type { Location } from './location.ts';
import type { Observation } from './observation.ts';
import type { Owner, Principal } from './principal.ts';
import { CONFIDENCES, type StaticSecret } from './static-secret.ts';
import type { Trust } from './trust.ts';
import type { Usage } from './usage.ts';

/**
 * Merges what two places say of one thing. Where they contradict each other the more cautious one counts: enabled, active,
 * older, without expiry. Every rule is commutative, associative and idempotent, so that the order in which files are read
 * never shows; where nothing else decides, the greater canonical JSON does.
 *
 * @param a - of the same kind and id as `b`.
 */
export function mergeBodies<Kind extends EntityKind>(
  kind: Kind,
  a: EntityBody<Kind>,
  b: EntityBody<Kind>,
): EntityBody<Kind> {
  return (MERGERS[kind] as (a: EntityBody<Kind>, b: EntityBody<Kind>) => EntityBody<Kind>)(a, b);
}

/** The one form of what one place says: the order in which a scanner met locations and aliases never shows. */
export function normalBody<Kind extends EntityKind>(kind: Kind, body: EntityBody<Kind>): EntityBody<Kind> {
  if (!hasSeveral(body)) return body;
  if (kind !== 'grant' && kind !== 'trust') return mergeBodies(kind, body, body);
  // Most facts are of these two kinds, and nothing but their places has an order.
  return { ...body, locations: mergeLocations(body as Grant | Trust, body as Grant | Trust) };
}

function hasSeveral(body: EntityBody): boolean {
  const aliases = 'aliases' in body ? (body.aliases?.length ?? 0) : 0;
  const observations = 'observations' in body ? (body.observations?.length ?? 0) : 0;
  return aliases > 1 || observations > 1 || ('locations' in body && body.locations.length > 1);
}

const MERGERS: { readonly [Kind in EntityKind]: (a: EntityBody<Kind>, b: EntityBody<Kind>) => EntityBody<Kind> } = {
  principal: mergePrincipals,
  credential: mergeCredentials,
  secret: mergeSecrets,
  // The id of these is made of their content: they differ in their locations only.
  grant: (a, b) => ({ ...greater(withoutLocations(a), withoutLocations(b)), locations: mergeLocations(a, b) }),
  trust: (a, b) => ({ ...greater(withoutLocations(a), withoutLocations(b)), locations: mergeLocations(a, b) }),
  finding: mergeFindings,
};

/** What its own record says beats what somebody else's reference guesses; facts that only one side has are kept. */
function mergePrincipals(a: Principal, b: Principal): Principal {
  const [first, second] = a.seen === b.seen ? [a, b] : a.seen === 'listed' ? [a, a] : [b, b];
  const { name, scope } = greater({ name: first.name, scope: first.scope }, { name: second.name, scope: second.scope });
  const aliases = [...new Set([...(a.aliases ?? []), ...(b.aliases ?? [])])].sort();
  return {
    ...pickIdentity(a, b),
    name,
    scope,
    seen: first.seen,
    ...optional('aliases', aliases.length === 0 ? undefined : aliases),
    ...optional('owner', join(a.owner, b.owner, surerOwner)),
    ...optional('environment', join(a.environment, b.environment, greater)),
    ...optional('thirdParty', join(a.thirdParty, b.thirdParty, or)),
    ...optional('createdAt', join(a.createdAt, b.createdAt, earlier)),
    ...optional('enabled', join(first.enabled, second.enabled, or)),
    ...optional('usage', join(a.usage, b.usage, newerUsage)),
    ...optional('observations', join(a.observations, b.observations, mergeObservations)),
    ...optional('attributes', join(first.attributes, second.attributes, mergeMembers)),
    // Where its own record stands is where a reader should look; a place that merely names it says less.
    locations: mergeLocations(first, second),
  };
}

function mergeCredentials(a: Credential, b: Credential): Credential {
  const neverExpires = [a, b].some((side) => side.expiresAt === undefined && side.expiryUnknown !== true);
  const expiresAt = neverExpires ? undefined : join(a.expiresAt, b.expiresAt, later);
  return {
    ...pickIdentity(a, b),
    principal: greater(a.principal, b.principal),
    status: preferred(STATUSES, a.status, b.status),
    ...optional('createdAt', join(a.createdAt, b.createdAt, earlier)),
    ...optional('expiresAt', expiresAt),
    ...optional('expiryUnknown', neverExpires || expiresAt !== undefined ? undefined : true),
    ...optional('usage', join(a.usage, b.usage, newerUsage)),
    ...optional('observations', join(a.observations, b.observations, mergeObservations)),
    ...optional('join', join(a.join, b.join, greater)),
    ...optional('attributes', join(a.attributes, b.attributes, mergeMembers)),
    locations: mergeLocations(a, b),
  };
}

/** The surer rule names it; whatever either side has decoded is kept. */
function mergeSecrets(a: StaticSecret, b: StaticSecret): StaticSecret {
  const named = ({ rule, vendor, title, confidence, hint }: StaticSecret) => ({
    rule,
    vendor,
    title,
    confidence,
    ...optional('hint', hint),
  });
  const surer = preferred(CONFIDENCES, a.confidence, b.confidence);
  const namers = [a, b].filter(({ confidence }) => confidence === surer).map(named);
  return {
    id: greater(a.id, b.id),
    ...namers.reduce(greater),
    fingerprint: greater(a.fingerprint, b.fingerprint),
    ...optional('platform', join(a.platform, b.platform, greater)),
    ...optional('credentialNativeId', join(a.credentialNativeId, b.credentialNativeId, greater)),
    ...optional('facts', join(a.facts, b.facts, mergeMembers)),
    ...mergeValidities(a, b),
    inHead: a.inHead || b.inHead,
    locations: mergeLocations(a, b),
  };
}

/** What a vendor said counts more than what the material looks like, and what it said last more than before. */
function mergeValidities(a: StaticSecret, b: StaticSecret): Pick<StaticSecret, 'validity' | 'verifiedAt'> {
  const verifiedAt = join(a.verifiedAt, b.verifiedAt, greater);
  const said = [a, b].filter((side) => side.verifiedAt === verifiedAt).map(({ validity }) => validity);
  return {
    validity: said.reduce((one, other) => preferred(VALIDITIES, one, other)),
    ...optional('verifiedAt', verifiedAt),
  };
}

function mergeFindings(a: Finding, b: Finding): Finding {
  const severity = preferred(SEVERITIES, a.severity, b.severity);
  return [a, b].filter((side) => side.severity === severity).reduce(greater);
}

const STATUSES = ['active', 'inactive', 'expired', 'unknown'] as const;
const VALIDITIES = ['active', 'inactive', 'unknown'] as const;
/** A word given on purpose before one that was found by looking around. */
const OWNER_SOURCES: readonly string[] = ['config', 'tag', 'annotation', 'label', 'codeowners', 'blame'];
const USAGE_CONFIDENCES = ['high', 'medium', 'low'] as const;

function pickIdentity<T extends Principal | Credential>(a: T, b: T): Pick<T, 'id' | 'platform' | 'kind' | 'nativeId'> {
  const identity = ({ id, platform, kind, nativeId }: T) => ({ id, platform, kind, nativeId });
  return greater(identity(a), identity(b));
}

function surerOwner(a: Owner, b: Owner): Owner {
  const rank = ({ source }: Owner) =>
    OWNER_SOURCES.includes(source) ? OWNER_SOURCES.indexOf(source) : OWNER_SOURCES.length;
  return rank(a) === rank(b) ? greater(a, b) : rank(a) < rank(b) ? a : b;
}

function newerUsage(a: Usage, b: Usage): Usage {
  const order = (usage: Usage) => [
    time(usage.lastUsedAt),
    usage.never === true ? 1 : 0,
    time(usage.asOf),
    -USAGE_CONFIDENCES.indexOf(usage.confidence),
  ];
  const [left, right] = [order(a), order(b)];
  const differing = left.findIndex((value, index) => value !== right[index]);
  if (differing === -1) return greater(a, b);
  return (left[differing] ?? 0) > (right[differing] ?? 0) ? a : b;
}

/** Every source says what it says: nothing of it is folded into something else. */
function mergeObservations(a: readonly Observation[], b: readonly Observation[]): readonly Observation[] {
  const byText = new Map([...a, ...b].map((one) => [canonical(one), one]));
  return [...byText].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, one]) => one);
}

function mergeLocations(a: { readonly locations: readonly Location[] }, b: typeof a): readonly Location[] {
  const byText = new Map<string, Location>();
  for (const location of [...a.locations, ...b.locations]) byText.set(canonical(location), location);
  return [...byText]
    .sort(([left, x], [right, y]) => byPlace(x, y) || (left < right ? -1 : 1))
    .map(([, location]) => location);
}

function byPlace(a: Location, b: Location): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}

function mergeMembers(a: JsonObject, b: JsonObject): JsonObject {
  // A map, since a member may be called `__proto__`.
  const merged = new Map<string, Json | undefined>(Object.entries(a));
  for (const [key, value] of Object.entries(b)) merged.set(key, join(merged.get(key), value, greater));
  return Object.fromEntries(merged);
}

function join<T>(a: T | undefined, b: T | undefined, both: (a: T, b: T) => T): T | undefined {
  if (a === undefined) return b;
  return b === undefined ? a : both(a, b);
}

function optional<Key extends string, T>(key: Key, value: T | undefined): { readonly [K in Key]?: T } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [K in Key]?: T };
}

function preferred<T>(order: readonly T[], a: T, b: T): T {
  return order.indexOf(a) <= order.indexOf(b) ? a : b;
}

function greater<T>(a: T, b: T): T {
  return a === b || canonical(a) >= canonical(b) ? a : b;
}

function canonical(value: unknown): string {
  return canonicalJson(value as Json);
}

function withoutLocations<T extends { readonly locations: readonly Location[] }>({
  locations: _,
  ...rest
}: T): Omit<T, 'locations'> {
  return rest;
}

function or(a: boolean, b: boolean): boolean {
  return a || b;
}

function earlier(a: string, b: string): string {
  return time(a) === time(b) ? greater(a, b) : time(a) < time(b) ? a : b;
}

function later(a: string, b: string): string {
  return time(a) === time(b) ? greater(a, b) : time(a) > time(b) ? a : b;
}

/** Milliseconds; what is absent or no date comes before everything. */
function time(text: string | undefined): number {
  const parsed = Date.parse(text ?? '');
  return Number.isNaN(parsed) ? Number.NEGATIVE_INFINITY : parsed;
}
