import type { Answer } from '../../model/answer.ts';
import type { Principal } from '../../model/principal.ts';
import type { AzureAccess } from './access.ts';
import { isManagementGroup, prefixesOf, subscriptionOf } from './scope.ts';

/** Somebody that a way leads to, with what must be so for it and the ids of the trusts that say so. */
export interface Member {
  readonly id: string;
  readonly answer: Answer;
  readonly evidence: readonly string[];
  /** The resource that the way leads over: a host, or the identity itself. */
  readonly resource?: string;
}

/** Members that are found once and shared by all ways that lead to them. */
export interface MemberSet {
  readonly members: readonly Member[];
}

const NOBODY: MemberSet = { members: [] };

/** Who is where in a view: hosts with identities by their type and place, identities by theirs, applications and groups. */
export class Population {
  readonly applications: MemberSet;
  readonly servicePrincipals: MemberSet;
  readonly groups: MemberSet;
  readonly anyGroup: MemberSet;
  readonly #access: AzureAccess;
  readonly #hosts = new Map<string, Member[]>();
  readonly #identities = new Map<string, Member[]>();
  readonly #subscriptions = new Map<string, string>();
  readonly #sets = new Map<string, MemberSet>();

  constructor(access: AzureAccess) {
    this.#access = access;
    this.#placeHosts();
    const acting = [...access.inventory.principals.values()].filter(({ platform }) => platform === 'azure');
    const owned = new Set(acting.filter(({ kind }) => kind === 'application').map(({ nativeId }) => nativeId));
    const others = acting.filter(({ id, kind }) => kind === 'service-principal' && access.resolve(id) === id);
    for (const identity of others) {
      const path = identity.attributes?.resource;
      if (typeof path === 'string' && identity.attributes?.managed_identity === 'user-assigned')
        this.#place(this.#identities, '', path, { id: identity.id, answer: 'yes', evidence: [], resource: path });
    }
    // Of one that is only named and holds nothing there is nothing to gain.
    const signsIn = others.filter(
      ({ id, seen, attributes }) =>
        attributes?.managed_identity === undefined && (seen === 'listed' || access.holds(id)),
    );
    const member = (principal: Principal): Member => ({
      id: principal.id,
      evidence: [],
      answer: owned.has(principal.nativeId) ? 'yes' : lockAnswer(principal),
    });
    this.applications = { members: signsIn.filter(takesCredentials).map(member) };
    this.servicePrincipals = {
      members: signsIn
        .filter(takesCredentials)
        .map((principal) => ({ ...member(principal), answer: this.lockOf(principal) })),
    };
    const groups = acting.filter(
      ({ id, kind, name }) => kind === 'group' && name !== 'Everyone' && access.resolve(id) === id,
    );
    this.anyGroup = { members: groups.map(({ id }) => ({ id, answer: 'yes', evidence: [] })) };
    this.groups = {
      members: groups.flatMap((group): readonly Member[] => {
        const answer = assignableAnswer(group);
        return answer === 'no' ? [] : [{ id: group.id, answer, evidence: [] }];
      }),
    };
  }

  /** Whether a service principal takes credentials of its own: the lock is the application's to set. */
  lockOf(principal: Principal): Answer {
    const application = this.#access.inventory.principals.get(`azure:application:${principal.nativeId}`);
    const lock = application?.attributes?.instance_lock;
    if (lock === true) return 'no';
    return application?.seen === 'listed' && lock === false ? 'yes' : lockAnswer(principal);
  }

  /** The identities of hosts of a type below a scope. */
  hosts(type: string, scope: string): MemberSet {
    return this.#below(this.#hosts, type, scope);
  }

  /** User-assigned identities below a scope. */
  identities(scope: string): MemberSet {
    return this.#below(this.#identities, '', scope);
  }

  #below(index: ReadonlyMap<string, Member[]>, type: string, scope: string): MemberSet {
    const key = `${index === this.#hosts ? 'host' : 'identity'} ${type} ${scope}`;
    const known = this.#sets.get(key);
    if (known !== undefined) return known;
    const set = isManagementGroup(scope)
      ? this.#belowGroup(index, type, scope)
      : { members: index.get(`${type} ${scope}`) ?? NOBODY.members };
    this.#sets.set(key, set);
    return set;
  }

  #belowGroup(index: ReadonlyMap<string, Member[]>, type: string, scope: string): MemberSet {
    const members: Member[] = [];
    for (const subscription of this.#subscriptions.keys()) {
      const answer = this.#access.hierarchy.covers(scope, subscription);
      if (answer === 'no') continue;
      for (const member of index.get(`${type} ${subscription}`) ?? [])
        members.push(answer === 'yes' ? member : { ...member, answer: restricted(member.answer, answer) });
    }
    return { members };
  }

  #placeHosts(): void {
    const { inventory, resolve } = this.#access;
    for (const trust of inventory.trusts.values()) {
      if (trust.platform !== 'azure' || trust.how !== 'runs-as' || trust.subject.kind !== 'principal') continue;
      const host = inventory.principals.get(trust.subject.id);
      const path = host?.nativeId ?? trust.subject.id.split(':').slice(2).join(':');
      const type = typeof host?.attributes?.type === 'string' ? host.attributes.type : typeOf(path);
      const member = { id: resolve(trust.principal), answer: 'yes', evidence: [trust.id], resource: path } as const;
      this.#place(this.#hosts, type, path, member);
    }
  }

  #place(index: Map<string, Member[]>, type: string, path: string, member: Member): void {
    const subscription = subscriptionOf(path);
    if (subscription !== undefined) this.#subscriptions.set(subscription, subscription);
    for (const prefix of prefixesOf(path)) {
      const key = `${type} ${prefix}`;
      const list = index.get(key);
      if (list === undefined) index.set(key, [member]);
      else list.push(member);
    }
  }
}

/** Of an application that was not read it is not known whether it is the tenant's own, nor what it locks. */
function lockAnswer(principal: Principal): Answer {
  return { if: [`the app instance lock of ${principal.name} lets it take credentials`] };
}

/** Microsoft's own applications take no credentials of others. */
function takesCredentials({ attributes }: Principal): boolean {
  return attributes?.first_party !== true;
}

/** Groups that can hold directory roles are changed by privileged role administrators and their owners only; those by rule by nobody. */
function assignableAnswer({ name, seen, attributes }: Principal): Answer {
  if (
    attributes?.role_assignable === true ||
    attributes?.membership_rule !== undefined ||
    attributes?.on_premises === true
  )
    return 'no';
  if (seen === 'listed' && attributes?.role_assignable === false) return 'yes';
  return { if: [`${name} is not a group that directory roles can be assigned to`] };
}

function restricted(one: Answer, other: Answer): Answer {
  return one === 'yes' ? other : one;
}

/** `microsoft.compute/virtualmachines` of a resource's id. */
function typeOf(path: string): string {
  const [, provider = '', rest = ''] = /.*\/providers\/([^/]+)\/(.*)$/.exec(path) ?? [];
  return [provider, ...rest.split('/').filter((_, index) => index % 2 === 0)].join('/');
}
