import type { AwsAccess, Subject } from './access.ts';
import { type Assumable, assumableRoles } from './assumable.ts';
import type { Decision } from './decision.ts';
import type { EscalationRow } from './escalation.ts';
import { ESCALATIONS } from './escalations.ts';
import { type Member, MemberSet, type Members } from './members.ts';
import { OwnRights } from './own-rights.ts';
import type { Population, TargetKind } from './population.ts';
import { ask, askExactly } from './question.ts';
import { allowsSomewhere, both, CERTAIN, isNowhere, onTarget, Reacher } from './reach.ts';
import type { Workload } from './workloads.ts';

/** A way that a principal has, by one row of the table. */
export type Way =
  /** It can give itself any permission, perhaps by the principal with the ARN `over`. */
  | { readonly row: EscalationRow; readonly kind: 'self'; readonly decision: Decision; readonly over?: string }
  /** It can become each of the members, as far as the decision and the member's own answer go. */
  | { readonly row: EscalationRow; readonly kind: 'become'; readonly decision: Decision; readonly members: MemberSet };

const NEEDED = new Set([
  'iam:PassRole',
  'sts:AssumeRole',
  ...ESCALATIONS.flatMap(({ target = [], policy = [], anywhere: actions = [] }) => [...target, ...policy, ...actions]),
]);

/** Whether a principal's policies allow nothing that any way needs, on anything. */
export function isIdle({ policies }: Subject): boolean {
  return ![...NEEDED].some((action) => allowsSomewhere(policies, action));
}

/** Finds the ways of one principal after another. */
export class WayFinder {
  readonly #access: AwsAccess;
  readonly #population: Population;
  readonly #members: Members;
  readonly #own: OwnRights;
  /** The members of a set that are outside of an account. */
  readonly #abroad = new Map<MemberSet, ReadonlyMap<string, MemberSet>>();

  constructor(access: AwsAccess, population: Population, members: Members) {
    this.#access = access;
    this.#population = population;
    this.#members = members;
    this.#own = new OwnRights(access, population);
  }

  waysOf(subject: Subject): readonly Way[] {
    const reacher = new Reacher(subject, this.#population);
    const assumable = assumableRoles(reacher, this.#members, this.#access);
    return ESCALATIONS.flatMap((row): readonly Way[] => {
      if (row.actor !== undefined && row.actor !== subject.acts) return [];
      const given = both(anywhere(row, reacher), provided(row));
      if (given.answer === 'no') return [];
      switch (row.over) {
        case 'self':
        case 'own-groups':
          return selfWay(row, both(this.#own.decide(row, reacher), given));
        case 'nothing':
          return selfWay(row, both(given, this.#own.withinBoundary(subject)));
        case 'service-roles':
          return [
            ...(row.services ?? []).flatMap((service) => this.#runAs(row, service, reacher, given)),
            ...this.#takeWorkloads(row, reacher),
          ];
        case 'assumable-roles':
          return assumable.flatMap(({ decision, members }) => becomeWay(row, decision, members));
        default:
          return row.result === 'self'
            ? this.#takeOver(row, row.over, reacher, assumable)
            : this.#become(row, row.over, reacher);
      }
    });
  }

  /** Ways into another account, which are all that an admin of its own account still has to gain. */
  crossings(subject: Subject): readonly Way[] {
    const assumable = assumableRoles(new Reacher(subject, this.#population), this.#members, this.#access);
    return ESCALATIONS.filter(({ over }) => over === 'assumable-roles').flatMap((row) =>
      assumable.flatMap(({ decision, members }) => becomeWay(row, decision, this.#outside(members, subject.account))),
    );
  }

  #outside(members: MemberSet, account: string): MemberSet {
    const known = this.#abroad.get(members)?.get(account);
    if (known !== undefined) return known;
    const outside = new MemberSet(members.all.filter(({ target }) => target.account !== account));
    this.#abroad.set(members, new Map([...(this.#abroad.get(members) ?? []), [account, outside]]));
    return outside;
  }

  #become(row: EscalationRow, kind: TargetKind, reacher: Reacher): readonly Way[] {
    const { subject } = reacher;
    const members = this.#members.changeable(kind, subject.account, row.gate);
    const reaches = (row.target ?? []).map((action) => reacher.on(kind, action));
    if (reaches.some(isNowhere)) return [];
    // Its own groups are no gain. Of a set of users or roles, itself is left out when the ways are written down.
    const gain = ({ target }: Member) => !subject.groups.includes(target.id);
    const own = kind === 'group' && subject.groups.length > 0;
    if (!own && reaches.every((reach) => reach.kind === 'alike')) {
      return becomeWay(row, both(...reaches.map((reach) => onTarget(reach, ''))), members);
    }
    const within = reacher.within(members, reaches);
    return becomeWay(row, CERTAIN, own ? new MemberSet(within.all.filter(gain)) : within);
  }

  /** Makes another principal its tool: any permission, given to one that it can act as. One example is enough. */
  #takeOver(row: EscalationRow, kind: TargetKind, reacher: Reacher, assumable: readonly Assumable[]): readonly Way[] {
    const { subject } = reacher;
    const reaches = (row.target ?? []).map((action) => reacher.on(kind, action));
    if (reaches.some(isNowhere) || !(row.policy ?? []).every((action) => reacher.mentions(action))) return [];
    const tools =
      row.assume === true
        ? assumable
        : [{ decision: CERTAIN, members: this.#members.changeable(kind, subject.account, row.gate) }];
    let best: { readonly decision: Decision; readonly over: string } | undefined;
    for (const { decision: reached, members } of tools) {
      for (const { target, answer, evidence } of members.all) {
        if (target.id === subject.principal.id || target.locked || target.account !== subject.account) continue;
        let decision = both(reached, { answer, grants: evidence });
        for (const reach of reaches) decision = both(decision, onTarget(reach, target.id));
        if (decision.answer === 'no') continue;
        const policy = this.#own.onPolicies(row, [target.id], reacher);
        decision = both(decision, policy, this.#own.withinBoundaryOf(target));
        if (decision.answer === 'yes') return selfWay(row, decision, target.arn.text);
        if (decision.answer !== 'no') best ??= { decision, over: target.arn.text };
      }
    }
    return best === undefined ? [] : selfWay(row, best.decision, best.over);
  }

  /** Roles of workloads that are in the inventory: the actions must be allowed on the workload itself. */
  #takeWorkloads(row: EscalationRow, reacher: Reacher): readonly Way[] {
    const { runs, anywhere: actions = [] } = row;
    const { account, partition } = reacher.subject;
    const running = runs && this.#members.running(account, runs.kind);
    if (runs === undefined || running === undefined || running.size === 0) return [];
    const still: Decision = runs.still === undefined ? CERTAIN : { answer: { if: [runs.still] }, grants: [] };
    const service = WORKLOAD_SERVICES[runs.kind] ?? runs.kind;
    const all = ask(`arn:${partition}:${service}:*`);
    const everywhere = both(...actions.map((action) => reacher.onArn(action, all)));
    if (everywhere.answer === 'yes')
      return becomeWay(row, both(everywhere, still), this.#members.runningAll(account, runs.kind));
    const members = [...running].map(([target, workloads]): Member => {
      const { decision, workload } = firmest(workloads, (one) => {
        const arn = askExactly(ask(one.principal.nativeId));
        return both(...actions.map((action) => reacher.onArn(action, arn)));
      });
      return { target, answer: decision.answer, evidence: [...decision.grants, ...workload.evidence] };
    });
    return becomeWay(row, still, new MemberSet(members));
  }

  #runAs(row: EscalationRow, service: string, reacher: Reacher, given: Decision): readonly Way[] {
    const { subject } = reacher;
    const members =
      row.runs === undefined
        ? this.#members.runnable(subject.account, service)
        : this.#members.runnableUnseen(subject.account, service, row.runs.kind);
    if (row.target === undefined) return becomeWay(row, given, members);
    const suffix = subject.partition === 'aws-cn' ? '.amazonaws.com.cn' : '.amazonaws.com';
    const reach = reacher.passing(`${service}${suffix}`);
    if (reach.kind === 'alike') return becomeWay(row, both(reach.decision, given), members);
    return becomeWay(row, given, reacher.within(members, [reach]));
  }
}

/** How the ARN of a kind of workload begins. */
const WORKLOAD_SERVICES: Readonly<Record<string, string>> = {
  function: 'lambda',
  instance: 'ec2',
  'build-project': 'codebuild',
  stack: 'cloudformation',
};

/** The workload of several that is acted on most surely. */
function firmest(
  workloads: readonly Workload[],
  decide: (workload: Workload) => Decision,
): { readonly decision: Decision; readonly workload: Workload } {
  const [first, ...more] = workloads.map((workload) => ({ workload, decision: decide(workload) }));
  if (first === undefined) throw new TypeError('a role in this list has a workload');
  const rank = ({ answer }: Decision) => (answer === 'yes' ? 2 : Number(answer !== 'no'));
  return more.reduce((best, one) => (rank(one.decision) > rank(best.decision) ? one : best), first);
}

function anywhere(row: EscalationRow, reacher: Reacher): Decision {
  const { anywhere: actions = [] } = row;
  if (!actions.every((action) => reacher.mentions(action))) return { answer: 'no', grants: [] };
  return both(...actions.map((action) => reacher.somewhere(action)));
}

function provided({ provided: text }: EscalationRow): Decision {
  return text === undefined ? CERTAIN : { answer: { if: [text] }, grants: [] };
}

function selfWay(row: EscalationRow, decision: Decision, over?: string): readonly Way[] {
  if (decision.answer === 'no') return [];
  return [{ row, kind: 'self', decision, ...(over === undefined ? {} : { over }) }];
}

function becomeWay(row: EscalationRow, decision: Decision, members: MemberSet): readonly Way[] {
  return decision.answer === 'no' || members.all.length === 0 ? [] : [{ row, kind: 'become', decision, members }];
}
