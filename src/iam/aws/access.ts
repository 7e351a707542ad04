import { digestOf } from '../../model/digest.ts';
import type { Grant } from '../../model/grant.ts';
import { type GrantTable, withHolders } from '../../model/grant-table.ts';
import { groupBy } from '../../model/group-by.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { Principal } from '../../model/principal.ts';
import { recently } from '../../model/recently.ts';
import type { Trust } from '../../model/trust.ts';
import { aliasResolver } from './aliases.ts';
import { principalContext, type RequestContext } from './context.ts';
import { type Membership, Organizations } from './organizations.ts';
import { collectPolicies, NO_GUARD, type Policies } from './policies.ts';
import { type Asked, ask, askExactly } from './question.ts';
import { policyOf, StatementSet, statementOf } from './statement.ts';

/** A user, role or group whose policies were read, ready to be asked. */
export interface Subject {
  readonly principal: Principal;
  readonly account: string;
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string;
  readonly policies: Policies;
  readonly context: RequestContext;
  /** What acts by these policies. Groups never act: what is said of one is what any member has by it. */
  readonly acts: 'user' | 'role' | 'root';
  /** Its own ARN as a question; of a group that of every user, since any can be a member. */
  readonly self: Asked;
  /** Ids of the groups that a user is a member of; of a group, itself. */
  readonly groups: readonly string[];
  /** Of each group: the trust that makes it a member. */
  readonly memberships: readonly Trust[];
  /** The organization that its account is in. */
  readonly organization: Membership;
  /** Organization policies do not affect it: it is a role that only a service can use. */
  readonly serviceLinked: boolean;
  /** ARNs of the customer-managed policies attached to it directly. */
  readonly managedPolicies: readonly string[];
}

/** The AWS part of a view, indexed for questions. */
export interface AwsAccess {
  readonly inventory: Inventory;
  /** Ids of the users, roles and groups whose policies were read, and of root users. */
  readonly askable: readonly string[];
  /** One of them, ready to be asked: compiled anew each time, since all together would be most of the memory of a scan. */
  subject(id: string): Subject | undefined;
  /** Another one when anything that a subject is made of is another. */
  digest(id: string): string;
  /** Trusts into each role, by the role's id. */
  readonly trustsInto: ReadonlyMap<string, readonly Trust[]>;
  /** The id of the listed principal that an id stands for: an ARN without its path, a unique id. */
  resolve(id: string): string;
  readonly organizations: Organizations;
}

/** Subjects that are kept at hand: what one principal can do to another is asked about the same few. */
const RECENT = 64;

const ASKABLE: ReadonlySet<string> = new Set(['user', 'role', 'group', 'root']);

/** Prepares the AWS principals of a view. Principals whose policies no export showed are left out: nothing is known of them. */
export function readAccess(inventory: Inventory): AwsAccess {
  const resolve = aliasResolver(inventory);
  const organizations = new Organizations(inventory);
  const grants = withHolders(inventory.grants, resolve);
  const holders = new Set(grants.holders());
  const trusts = [...inventory.trusts.values()].filter((trust) => trust.platform === 'aws');
  const memberships = groupBy(
    trusts.filter((trust) => trust.how === 'member-of'),
    (trust) => (trust.subject.kind === 'principal' ? resolve(trust.subject.id) : ''),
  );
  const isAskable = (principal: Principal) => {
    const { id, platform, kind, seen } = principal;
    if (platform !== 'aws' || !ASKABLE.has(kind) || seen !== 'listed') return false;
    return kind === 'root' || holders.has(id) || policiesSeen(principal);
  };
  const askable: string[] = [];
  for (const principal of inventory.principals.values()) if (isAskable(principal)) askable.push(principal.id);
  const subject = recently(RECENT, (id): Subject | undefined => {
    const principal = inventory.principals.get(id);
    if (principal === undefined || !isAskable(principal)) return undefined;
    const account = principal.nativeId.split(':')[4] ?? '';
    return readSubject(
      principal,
      {
        own: grants.of(id),
        memberships: memberships.get(id) ?? [],
        organization: organizations.of(account),
      },
      grants,
      inventory,
    );
  });
  const trustsInto = groupBy(
    trusts.filter((trust) => trust.how !== 'member-of'),
    (trust) => resolve(trust.principal),
  );
  let around: string | undefined;
  const digest = (id: string): string => {
    around ??= digestOf([...organizations.sources()]);
    const joined = memberships.get(id) ?? [];
    const groups = [...new Set(joined.map((trust) => trust.principal))];
    return digestOf([
      inventory.principals.get(id),
      grants.digest(id),
      joined.map((trust) => trust.id),
      groups.map((group) => [inventory.principals.get(group), grants.digest(group)]),
      around,
    ]);
  };
  return { inventory, askable, subject, digest, trustsInto, resolve, organizations };
}

interface Parts {
  readonly own: readonly Grant[];
  readonly memberships: readonly Trust[];
  readonly organization: Membership;
}

function readSubject(
  principal: Principal,
  { own, memberships, organization }: Parts,
  grants: GrantTable,
  inventory: Inventory,
): Subject {
  const groups = [...new Set(memberships.map((trust) => trust.principal))];
  const serviceLinked = principal.nativeId.includes(':role/aws-service-role/');
  const reaching = [...own, ...groups.flatMap((group) => grants.of(group))];
  const collected = collectPolicies(reaching, serviceLinked ? NO_GUARD : organization.guard);
  const policies = principal.kind === 'root' ? { ...collected, allow: ROOT_ALLOW } : collected;
  const unseenGroups = memberships.filter((trust) => {
    const group = inventory.principals.get(trust.principal);
    return group === undefined || (!policiesSeen(group) && grants.of(group.id).length === 0);
  });
  const unread = [
    ...policies.unread,
    ...unseenGroups.map((trust) => ({ grant: trust.id, what: trust.principal.replace('aws:group:', 'group:') })),
    ...(policiesSeen(principal) || principal.kind === 'root'
      ? []
      : [{ grant: undefined, what: `further policies of ${principal.name}`, elsewhere: true as const }]),
  ];
  const [, partition = 'aws', , , account = ''] = principal.nativeId.split(':');
  const isGroup = principal.kind === 'group';
  return {
    principal,
    account,
    partition,
    policies: { ...policies, unread },
    context: principalContext(principal, organization),
    acts: principal.kind === 'role' || principal.kind === 'root' ? principal.kind : 'user',
    self: isGroup ? ask(`arn:${partition}:iam::${account}:user/*`) : askExactly(ask(principal.nativeId)),
    groups: isGroup ? [principal.id] : groups,
    memberships,
    organization,
    serviceLinked,
    managedPolicies: own.flatMap((grant) => {
      const arn = policyOf(grant).slice('policy:'.length);
      return grant.role === 'identity' && arn.includes(`:iam::${account}:policy/`) ? [arn] : [];
    }),
  };
}

/** The root user needs no policy: only organization policies, and a Deny on the side of the resource, limit it. */
const ROOT_ALLOW = new StatementSet([
  statementOf(
    {
      id: '',
      platform: 'aws',
      principal: '',
      effect: 'allow',
      role: 'identity',
      actions: ['*'],
      resources: ['*'],
      scope: '',
      via: ['root'],
      locations: [],
    },
    { actions: ['*'], resources: ['*'] },
  ),
]);

/** Only an export that shows policies says that there are no more than these. */
function policiesSeen(principal: Principal): boolean {
  return principal.attributes?.policies_seen === true;
}
