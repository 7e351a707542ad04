import { isServiceAgent } from '../iam/gcp/member.ts';
import { reachingGrants as kubernetesGrants } from '../iam/kubernetes/reaching-grants.ts';
import type { Answer } from '../model/answer.ts';
import type { Credential } from '../model/credential.ts';
import { digestOf } from '../model/digest.ts';
import type { EffectivePermissions } from '../model/effective.ts';
import type { Grant } from '../model/grant.ts';
import { groupBy } from '../model/group-by.ts';
import { isIdentity } from '../model/identity.ts';
import type { Location } from '../model/location.ts';
import type { Principal } from '../model/principal.ts';
import type { StaticSecret } from '../model/static-secret.ts';
import type { Trust } from '../model/trust.ts';
import type { AccessGraph } from './access-graph.ts';
import { type AdminPaths, adminPaths } from './paths.ts';

/** What `lapse/findings/all` is asked about; `schemas/finding-input.json` is its schema. */
export type FindingSubject = PrincipalSubject | SecretSubject;

interface SubjectPath {
  /** An admin of its account or cluster. */
  readonly to: string;
  readonly answer: Answer;
  readonly steps: readonly {
    readonly id: string;
    readonly from: string;
    readonly to: string;
    readonly uses: readonly string[];
    readonly answer: Answer;
  }[];
}

export interface PrincipalSubject {
  readonly now: string;
  readonly type: 'principal';
  readonly principal: Principal;
  readonly credentials: readonly Credential[];
  readonly secrets: readonly StaticSecret[];
  /** Its own, and those of the groups and roles that it is a member of or bound to. */
  readonly grants: readonly Grant[];
  readonly trusts_in: readonly Trust[];
  readonly trusts_out: readonly Trust[];
  /** Ids of the workloads that run as it. */
  readonly workloads: readonly string[];
  /** Environments of those who can become it, by id, as far as they are known. */
  readonly environments: Readonly<Record<string, string>>;
  readonly effective: EffectivePermissions | null;
  readonly paths: readonly SubjectPath[];
}

export interface SecretSubject {
  readonly now: string;
  readonly type: 'secret';
  readonly secret: StaticSecret;
  readonly credential: Credential | null;
  readonly principal: Principal | null;
  readonly effective: EffectivePermissions | null;
  readonly paths: readonly SubjectPath[];
}

const GROUPS_JUDGED: ReadonlySet<string> = new Set(['kubernetes', 'gcp']);

/** Identities, and the groups of Kubernetes and Google Cloud: their members are in no export, so that nobody else would be judged for a binding. What only a service of Google acts as is nobody's to change. */
export function isJudged(principal: Principal): boolean {
  if (principal.platform === 'gcp' && isServiceAgent(principal.nativeId)) return false;
  return isIdentity(principal) || (GROUPS_JUDGED.has(principal.platform) && principal.kind === 'group');
}

/** Rows that never act, and of whose settings it depends who does: flags of an API server, defaults of a repository, whom a provider admits. */
const SETTINGS_JUDGED: ReadonlySet<string> = new Set([
  'gcp:workload-identity-provider',
  'github:environment',
  'github:organization',
  'github:repository',
  'gitlab:group',
  'gitlab:project',
  'kubernetes:cluster',
]);

function isAskedAbout(principal: Principal): boolean {
  return isJudged(principal) || SETTINGS_JUDGED.has(`${principal.platform}:${principal.kind}`);
}

/** Somebody or something to be judged, made when it is asked for: to see that nothing has changed takes less. */
export interface SubjectToJudge {
  readonly id: string;
  readonly locations: readonly Location[];
  make(): FindingSubject;
  /** Another one when anything that it is made of is another, but the time. */
  digest(): string;
}

/** Every subject of a view, one at a time, in the order of the inventory's ids. */
export function* findingSubjects(graph: AccessGraph, now: Date): Generator<FindingSubject> {
  for (const subject of subjectsToJudge(graph, now)) yield subject.make();
}

/** The same, not made yet. */
export function* subjectsToJudge(graph: AccessGraph, now: Date): Generator<SubjectToJudge> {
  const { inventory } = graph;
  const index = indexInventory(graph);
  const paths = adminPaths(graph);
  for (const id of [...inventory.principals.keys()].sort()) {
    const principal = inventory.principals.get(id);
    if (principal === undefined || !isAskedAbout(principal)) continue;
    const rest = () => principalParts(principal, graph, index, paths, now);
    yield {
      id,
      locations: principal.locations,
      make: () => ({ ...rest(), grants: reachingGrants(principal, graph, index) }),
      digest: () => digestOf([{ ...rest(), now: '' }, grantsDigest(principal, graph, index)]),
    };
  }
  for (const id of [...inventory.secrets.keys()].sort()) {
    const secret = inventory.secrets.get(id);
    if (secret === undefined) continue;
    const make = () => secretSubject(secret, graph, paths, now);
    yield { id, locations: secret.locations, make, digest: () => digestOf({ ...make(), now: '' }) };
  }
}

interface InventoryIndex {
  readonly credentials: ReadonlyMap<string, readonly Credential[]>;
  readonly secrets: ReadonlyMap<string, readonly StaticSecret[]>;
  readonly trustsIn: ReadonlyMap<string, readonly Trust[]>;
  readonly trustsOut: ReadonlyMap<string, readonly Trust[]>;
}

function indexInventory({ inventory, matches }: AccessGraph): InventoryIndex {
  return {
    credentials: groupBy(inventory.credentials.values(), (credential) => credential.principal),
    secrets: groupBy(
      [...matches.values()].map(({ secret }) => secret),
      (secret) => matches.get(secret.id)?.principal?.id,
    ),
    trustsIn: groupBy(inventory.trusts.values(), (trust) => trust.principal),
    trustsOut: groupBy(inventory.trusts.values(), (trust) =>
      trust.subject.kind === 'principal' ? trust.subject.id : undefined,
    ),
  };
}

function principalParts(
  principal: Principal,
  graph: AccessGraph,
  index: InventoryIndex,
  paths: AdminPaths,
  now: Date,
): Omit<PrincipalSubject, 'grants'> {
  const { id } = principal;
  const trustsIn = index.trustsIn.get(id) ?? [];
  return {
    now: now.toISOString(),
    type: 'principal',
    principal,
    credentials: index.credentials.get(id) ?? [],
    secrets: index.secrets.get(id) ?? [],
    trusts_in: trustsIn,
    trusts_out: index.trustsOut.get(id) ?? [],
    workloads: trustsIn.flatMap((trust) =>
      trust.how === 'runs-as' && trust.subject.kind === 'principal' ? [trust.subject.id] : [],
    ),
    environments: environmentsOf(trustsIn, graph),
    effective: graph.effective.get(id) ?? null,
    paths: pathsOf(id, paths),
  };
}

function environmentsOf(trusts: readonly Trust[], { inventory }: AccessGraph): Readonly<Record<string, string>> {
  return Object.fromEntries(
    trusts.flatMap(({ subject }) => {
      if (subject.kind !== 'principal') return [];
      const environment = inventory.principals.get(subject.id)?.environment;
      return environment === undefined ? [] : [[subject.id, environment]];
    }),
  );
}

/** Trusts by which whoever is in something has what it has. */
const MEMBERSHIPS: ReadonlySet<string> = new Set(['member-of', 'bound-to', 'assigned']);

/** On Kubernetes its evaluator knows: roles aggregate, and accounts are in groups by their nature. */
function reachingGrants(principal: Principal, { inventory }: AccessGraph, index: InventoryIndex): readonly Grant[] {
  if (principal.platform === 'kubernetes') {
    return kubernetesGrants(inventory, principal.id).map(({ grant }) => grant);
  }
  return holdersOf(principal, index).flatMap((holder) => inventory.grants.of(holder));
}

function grantsDigest(principal: Principal, graph: AccessGraph, index: InventoryIndex): string {
  if (principal.platform === 'kubernetes') return digestOf(reachingGrants(principal, graph, index));
  const { grants } = graph.inventory;
  return digestOf(holdersOf(principal, index).map((holder) => [holder, grants.digest(holder)]));
}

/** Itself, and what it is in. */
function holdersOf({ id }: Principal, index: InventoryIndex): readonly string[] {
  const seen = new Set([id]);
  for (const member of seen) {
    for (const { how, principal: group } of index.trustsOut.get(member) ?? [])
      if (MEMBERSHIPS.has(how)) seen.add(group);
  }
  return [...seen];
}

function secretSubject(secret: StaticSecret, graph: AccessGraph, paths: AdminPaths, now: Date): SecretSubject {
  const match = graph.matches.get(secret.id);
  const principal = match?.principal ?? null;
  return {
    now: now.toISOString(),
    type: 'secret',
    secret,
    credential: match?.credential ?? null,
    principal,
    effective: (principal === null ? undefined : graph.effective.get(principal.id)) ?? null,
    paths: pathsOf(secret.id, paths),
  };
}

/** Being admin oneself is not a path: a path has steps. */
function pathsOf(id: string, paths: AdminPaths): readonly SubjectPath[] {
  const path = paths(id);
  if (path === undefined || path.steps.length === 0) return [];
  const steps = path.steps.map(({ from, to, how, uses, answer }) => ({ id: how, from, to, uses, answer }));
  return [{ to: path.to, answer: path.answer, steps }];
}

/** Grants that reach a principal, directly or through groups and roles. */
export function grantsOf(graph: AccessGraph, id: string): readonly Grant[] {
  const principal = graph.inventory.principals.get(id);
  return principal === undefined ? [] : reachingGrants(principal, graph, indexInventory(graph));
}
