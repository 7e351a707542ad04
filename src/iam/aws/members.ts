import { type Answer, and, not } from '../../model/answer.ts';
import type { Credential } from '../../model/credential.ts';
import { groupBy } from '../../model/group-by.ts';
import type { AwsAccess } from './access.ts';
import type { KeyValue, RequestContext } from './context.ts';
import type { Gate } from './escalation.ts';
import type { Membership, Organizations } from './organizations.ts';
import type { Population, Target, TargetKind } from './population.ts';
import { askAction } from './question.ts';
import { refusedByOrganization } from './resource-control.ts';
import { type RoleTrust, roleTrustOf, serviceDecision, trustsAnswer } from './role-trust.ts';
import { type Workload, Workloads } from './workloads.ts';

/** Something that a way leads over, with what must be so for it and the ids of the grants and trusts that say so. */
export interface Member {
  readonly target: Target;
  readonly answer: Answer;
  readonly evidence: readonly string[];
}

/** Members that are made once and shared by every way that leads over them, so that little is made per pair. */
export class MemberSet {
  readonly all: readonly Member[];
  #byId: ReadonlyMap<string, Member> | undefined;

  /** @param all those that cannot be reached (`no`) are left out */
  constructor(all: readonly Member[]) {
    this.all = all.filter(({ answer }) => answer !== 'no');
  }

  get(id: string): Member | undefined {
    this.#byId ??= new Map(this.all.map((member) => [member.target.id, member]));
    return this.#byId.get(id);
  }
}

/** All member sets of a view, made when they are first asked for. */
export class Members {
  readonly roleTrusts: ReadonlyMap<string, RoleTrust>;
  /** Roles that name a principal in their trust policy, by the principal's id. */
  readonly naming: ReadonlyMap<string, readonly RoleTrust[]>;
  /** Roles whose trust must be asked for every caller by itself. */
  readonly particular: readonly RoleTrust[];
  readonly #delegatingTo: ReadonlyMap<string, readonly RoleTrust[]>;
  readonly #trustingAnyone: readonly RoleTrust[];
  readonly #organizations: Organizations;
  readonly workloads: Workloads;
  readonly #running = new Map<string, ReadonlyMap<Target, readonly Workload[]>>();
  readonly #population: Population;
  readonly #keys: ReadonlyMap<string, readonly Credential[]>;
  readonly #sets = new Map<string, MemberSet>();

  constructor(access: AwsAccess, population: Population) {
    this.#population = population;
    const trusts = population.roles.map((role) => roleTrustOf(role, access));
    this.roleTrusts = new Map(trusts.map((trust) => [trust.role.id, trust]));
    this.#organizations = access.organizations;
    this.workloads = new Workloads(access.inventory, access.resolve);
    this.#trustingAnyone = trusts.filter(({ anyone }) => anyone.length > 0);
    const delegations = trusts.flatMap((trust) => [...trust.delegated.keys()].map((id) => ({ id, trust })));
    this.#delegatingTo = new Map(
      [...groupBy(delegations, ({ id }) => id)].map(([id, all]) => [id, all.map(({ trust }) => trust)]),
    );
    const namings = trusts.flatMap((trust) => [...trust.named.keys()].map((id) => ({ id, trust })));
    const naming = new Map<string, RoleTrust[]>();
    for (const [id, entries] of groupBy(namings, (entry) => entry.id))
      naming.set(
        id,
        entries.map(({ trust }) => trust),
      );
    this.naming = naming;
    this.particular = trusts.filter(({ alike }) => !alike);
    const keys = [...access.inventory.credentials.values()].filter(({ platform }) => platform === 'aws');
    this.#keys = groupBy(keys, ({ principal }) => access.resolve(principal));
  }

  /** Whether anything lets a principal in that its own policies need not allow: a trust that names it, or anybody. */
  invites(id: string): boolean {
    return this.naming.has(id) || this.particular.length > 0 || this.#trustingAnyone.length > 0;
  }

  /** Targets of an account that IAM lets somebody change, through a gate. */
  changeable(kind: TargetKind, account: string, gate: Gate | undefined): MemberSet {
    return this.#remember(`${kind} ${account} ${gate ?? ''}`, () =>
      this.#population
        .of(kind, account)
        .filter(({ locked }) => !locked)
        .map((target) => ({ target, answer: this.#gateAnswer(target, gate), evidence: [] })),
    );
  }

  /** Roles of an account that a service can run something as. */
  runnable(account: string, service: string): MemberSet {
    return this.#remember(`service ${account} ${service}`, () =>
      this.#population.of('role', account).flatMap((target): Member[] => {
        const trust = this.roleTrusts.get(target.id);
        if (trust === undefined || target.locked) return [];
        const { answer, trusts } = serviceDecision(trust, service);
        return answer === 'no' ? [] : [{ target, answer, evidence: trusts }];
      }),
    );
  }

  /** Roles of an account that no workload of this kind is seen to run as. */
  runnableUnseen(account: string, service: string, kind: string): MemberSet {
    return this.#remember(`unseen ${account} ${service} ${kind}`, () =>
      this.runnable(account, service).all.filter(({ target }) => this.workloads.of(target.id, kind).length === 0),
    );
  }

  /** Roles of an account that workloads of this kind are seen to run as, and these workloads. */
  running(account: string, kind: string): ReadonlyMap<Target, readonly Workload[]> {
    const key = `${account} ${kind}`;
    const known = this.#running.get(key);
    if (known !== undefined) return known;
    const pairs = this.#population
      .of('role', account)
      .flatMap((target) => (target.locked ? [] : [[target, this.workloads.of(target.id, kind)] as const]));
    const running = new Map(pairs.filter(([, workloads]) => workloads.length > 0));
    this.#running.set(key, running);
    return running;
  }

  /** The same as members, where every workload of the kind can be acted on. */
  runningAll(account: string, kind: string): MemberSet {
    return this.#remember(`running ${account} ${kind}`, () =>
      [...this.running(account, kind)].map(([target, [first]]) => ({
        target,
        answer: 'yes' as const,
        evidence: first?.evidence ?? [],
      })),
    );
  }

  /** Roles that let in every principal of an account whose own policies allow it to assume them. */
  delegating(account: string): MemberSet {
    return this.#remember(`delegating ${account}`, () => {
      const trusts = [...new Set([...(this.#delegatingTo.get(account) ?? []), ...this.#trustingAnyone])];
      return this.#admitting(account, trusts, (trust) => [...(trust.delegated.get(account) ?? []), ...trust.anyone]);
    });
  }

  /** Roles of an account that let in every principal of it, whatever its own policies say: those that trust anybody. */
  open(account: string): MemberSet {
    return this.#remember(`open ${account}`, () => {
      const trusts = this.#trustingAnyone.filter(({ role }) => role.account === account);
      return this.#admitting(account, trusts, (trust) => trust.anyone);
    });
  }

  #admitting(
    account: string,
    roleTrusts: readonly RoleTrust[],
    trustsOf: (trust: RoleTrust) => Parameters<typeof trustsAnswer>[0],
  ): readonly Member[] {
    const context = anyCallerOf(account, this.#organizations.of(account));
    return roleTrusts.flatMap((trust): Member[] => {
      if (!trust.alike) return [];
      const admitted = trustsAnswer(trustsOf(trust), context);
      const { resourceDeny } = this.#organizations.of(trust.role.account);
      const refused = refusedByOrganization(resourceDeny, ASSUME_ROLE, trust.role.arn, context);
      const answer = and(admitted.answer, not(refused));
      return answer === 'no' ? [] : [{ target: trust.role, answer, evidence: admitted.trusts }];
    });
  }

  #remember(key: string, make: () => readonly Member[]): MemberSet {
    const known = this.#sets.get(key);
    if (known !== undefined) return known;
    const set = new MemberSet(make());
    this.#sets.set(key, set);
    return set;
  }

  #gateAnswer(target: Target, gate: Gate | undefined): Answer {
    const { name, attributes } = target.principal;
    switch (gate) {
      case 'spare-access-key-slot':
      case 'two-access-keys': {
        const full = this.#keySlotsFull(target);
        if (full === undefined) {
          return {
            if: [gate === 'two-access-keys' ? `${name} has two access keys` : `${name} has fewer than two access keys`],
          };
        }
        return full === (gate === 'two-access-keys') ? 'yes' : 'no';
      }
      case 'console-password':
      case 'no-console-password': {
        const has = attributes?.password_enabled;
        if (typeof has !== 'boolean') {
          return {
            if: [gate === 'console-password' ? `${name} has a console password` : `${name} has no console password`],
          };
        }
        return has === (gate === 'console-password') ? 'yes' : 'no';
      }
      default:
        return 'yes';
    }
  }

  /** IAM allows two keys per user; undefined when no export shows how many there are. */
  #keySlotsFull(target: Target): boolean | undefined {
    const keys = (this.#keys.get(target.id) ?? []).filter(({ kind }) => kind === 'access-key');
    // A key can be here twice: by its id, and as a row of the credential report that was not joined to it.
    const listed = keys.filter(({ join }) => join === undefined).length;
    if (Math.max(listed, keys.length - listed) >= KEY_SLOTS) return true;
    return target.principal.attributes?.password_enabled === undefined ? undefined : false;
  }
}

const KEY_SLOTS = 2;

const ASSUME_ROLE = askAction('sts:AssumeRole');

/** Of the callers that are let in alike, nothing is known that would tell them apart: only their account and organization. */
function anyCallerOf(account: string, { organization, path }: Membership): RequestContext {
  const known = new Map<string, KeyValue>([
    ['aws:securetransport', ['true']],
    ['aws:principalaccount', [account]],
    ['aws:principalisawsservice', ['false']],
    ...(organization === undefined ? [] : [['aws:principalorgid', [organization]] as const]),
    ...(path === undefined ? [] : [['aws:principalorgpaths', [path]] as const]),
  ]);
  return (key) => known.get(key) ?? 'unknown';
}
