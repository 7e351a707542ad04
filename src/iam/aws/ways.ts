import { type Answer, and, not, or } from '../../model/answer.ts';
import type { AwsAccess, Subject } from './access.ts';
import { adminOf, boundaryAnswer } from './admin.ts';
import { type Decision, decide, denied } from './decision.ts';
import { ESCALATIONS, type EscalationRow } from './escalations.ts';
import { questionFor } from './known-actions.ts';
import type { Member, MemberSet, Members } from './members.ts';
import type { Population, Target } from './population.ts';
import { both, either, onTarget, Reacher } from './reach.ts';
import { notRefused, type RoleTrust, trustsAnswer } from './role-trust.ts';
import type { Policies } from './statements.ts';

/** A way that a principal has, over one row of the table. */
export type Way =
  /** It can give itself any permission. */
  | { readonly row: EscalationRow; readonly kind: 'self'; readonly decision: Decision; readonly over?: string }
  /** It can become every member alike, as far as each member's own answer goes. */
  | { readonly row: EscalationRow; readonly kind: 'set'; readonly decision: Decision; readonly members: MemberSet }
  /** It can become these. */
  | { readonly row: EscalationRow; readonly kind: 'each'; readonly steps: readonly Step[] };

export interface Step {
  readonly member: Member;
  readonly decision: Decision;
}

const CERTAIN: Decision = { answer: 'yes', grants: [] };

/** Finds the ways of one principal after another. */
export class WayFinder {
  readonly #access: AwsAccess;
  readonly #population: Population;
  readonly #members: Members;
  /** What the boundary of each principal lets through. */
  readonly #ceilings = new Map<string, Answer>();

  constructor(access: AwsAccess, population: Population, members: Members) {
    this.#access = access;
    this.#population = population;
    this.#members = members;
  }

  waysOf(subject: Subject): readonly Way[] {
    const reacher = new Reacher(subject, this.#population);
    const assumable = this.#assumable(reacher);
    return ESCALATIONS.flatMap((row): readonly Way[] => {
      if (row.actor !== undefined && row.actor !== subject.principal.kind) return [];
      if (row.id === 'assume-role') return assumable;
      const given = anywhere(row, reacher);
      if (given.answer === 'no') return [];
      switch (row.over) {
        case 'self':
        case 'own-groups':
          return this.#ownRights(row, reacher, given);
        case 'nothing':
          return selfWay(row, both(given, this.#withinBoundary(subject)));
        case 'service-roles':
          return (row.services ?? []).flatMap((service) => this.#runAs(row, service, reacher, given));
        default:
          return row.result === 'self' ? this.#takeOver(row, reacher, assumable) : this.#become(row, reacher);
      }
    });
  }

  /** Ways into another account, which are all that an admin of its own account still has to gain. */
  crossings(subject: Subject): readonly Way[] {
    const abroad = ({ target }: Member) => target.account !== subject.account;
    return this.#assumable(new Reacher(subject, this.#population)).flatMap((way): readonly Way[] => {
      if (way.kind === 'set')
        return way.members.some(abroad) ? [{ ...way, kind: 'set', members: way.members.filter(abroad) }] : [];
      if (way.kind !== 'each') return [];
      const steps = way.steps.filter(({ member }) => abroad(member));
      return steps.length === 0 ? [] : [{ ...way, steps }];
    });
  }

  #ownRights(row: EscalationRow, reacher: Reacher, given: Decision): readonly Way[] {
    const { subject } = reacher;
    const gated = this.#gate(row, reacher);
    if (gated.answer === 'no') return [];
    const holders = row.over === 'own-groups' ? subject.groups : [subject.principal.id];
    const decision = either(
      holders.map((holder) => {
        const arn = this.#access.inventory.principals.get(holder)?.nativeId ?? '';
        return both(
          ...(row.target ?? []).map((action) => reacher.onArn(action, arn)),
          this.#onPolicies(row, holder, reacher, true),
        );
      }),
    );
    return selfWay(row, both(decision, given, gated, provided(row)));
  }

  /** What the row needs on a customer-managed policy that is attached to a principal (or, for oneself, to one's groups). */
  #onPolicies(row: EscalationRow, holder: string, reacher: Reacher, withGroups = false): Decision {
    const { policy } = row;
    if (policy === undefined) return CERTAIN;
    if (!policy.every((action) => reacher.mentions(action))) return { answer: 'no', grants: [] };
    const holders = [holder, ...(withGroups ? reacher.subject.groups : [])];
    const arns = new Set(holders.flatMap((id) => this.#access.subjects.get(id)?.managedPolicies ?? []));
    return either([...arns].map((arn) => both(...policy.map((action) => reacher.onArn(action, arn)))));
  }

  #gate(row: EscalationRow, reacher: Reacher): Decision {
    const { subject, policies } = reacher;
    if (row.gate === 'bounded') return this.#gainedWithout(subject, policies);
    if (row.gate === 'held-back-by-deny') return heldBack(row, subject, policies, this.#access);
    return this.#withinBoundary(subject);
  }

  /** What the principal would have without its boundary: everything already, or the right to give itself everything. */
  #gainedWithout(subject: Subject, policies: Policies): Decision {
    if (policies.boundary === undefined) return { answer: 'no', grants: [] };
    const free: Subject = { ...subject, policies: { ...policies, boundary: undefined } };
    const reacher = new Reacher(free, this.#population);
    const widening = ESCALATIONS.filter(
      (row) =>
        (row.over === 'self' || row.over === 'own-groups') &&
        row.gate === undefined &&
        (row.actor === undefined || row.actor === subject.principal.kind),
    ).flatMap((row) => this.#ownRights(row, reacher, CERTAIN));
    return either([
      adminOf(free.policies, free.context),
      ...widening.flatMap((way) => (way.kind === 'self' ? [way.decision] : [])),
    ]);
  }

  /** Rights that it gives itself end at its boundary. */
  #withinBoundary(subject: Subject): Decision {
    const { id } = subject.principal;
    const known = this.#ceilings.get(id);
    const answer = known ?? boundaryAnswer(subject);
    this.#ceilings.set(id, answer);
    return { answer, grants: [] };
  }

  #become(row: EscalationRow, reacher: Reacher): readonly Way[] {
    const { subject } = reacher;
    const kind = KINDS[row.over];
    if (kind === undefined) return [];
    const members = this.#members.changeable(kind, subject.account, row.gate);
    const reaches = (row.target ?? []).map((action) => reacher.on(kind, action));
    const own = new Set(kind === 'group' ? subject.groups : [subject.principal.id]);
    // Its own groups are no gain; of a set of users or roles, itself is left out when the ways are written down.
    if (reaches.every((reach) => reach.kind === 'alike') && (kind !== 'group' || own.size === 0)) {
      return setWay(row, both(...reaches.map((reach) => onTarget(reach, ''))), members);
    }
    const steps = members
      .filter(({ target }) => !own.has(target.id))
      .map((member) => ({ member, decision: both(...reaches.map((reach) => onTarget(reach, member.target.id))) }));
    return eachWay(row, steps);
  }

  /** Makes another principal its tool: any permission, given to one that it can act as. One example is enough. */
  #takeOver(row: EscalationRow, reacher: Reacher, assumable: readonly Way[]): readonly Way[] {
    const { subject } = reacher;
    const kind = KINDS[row.over];
    if (kind === undefined) return [];
    const reaches = (row.target ?? []).map((action) => reacher.on(kind, action));
    if (reaches.some((reach) => reach.kind === 'some' && reach.decisions.size === 0)) return [];
    let best: { readonly decision: Decision; readonly over: string } | undefined;
    for (const { member, decision: reached } of this.#tools(row, kind, subject, assumable)) {
      const { target } = member;
      if (target.id === subject.principal.id || target.locked || target.account !== subject.account) continue;
      const decision = both(
        ...reaches.map((reach) => onTarget(reach, target.id)),
        reached,
        { answer: member.answer, grants: member.evidence },
        this.#onPolicies(row, target.id, reacher),
        this.#ceilingOf(target),
      );
      if (decision.answer === 'no') continue;
      if (best === undefined || decision.answer === 'yes') best = { decision, over: target.arn.text };
      if (decision.answer === 'yes') break;
    }
    return best === undefined ? [] : selfWay(row, best.decision, best.over);
  }

  *#tools(
    row: EscalationRow,
    kind: 'user' | 'role' | 'group',
    subject: Subject,
    assumable: readonly Way[],
  ): Generator<Step> {
    if (row.assume !== true) {
      for (const member of this.#members.changeable(kind, subject.account, row.gate))
        yield { member, decision: CERTAIN };
      return;
    }
    for (const way of assumable) {
      if (way.kind === 'set') for (const member of way.members) yield { member, decision: way.decision };
      if (way.kind === 'each') yield* way.steps;
    }
  }

  #ceilingOf(target: Target): Decision {
    const subject = this.#access.subjects.get(target.id);
    return subject === undefined ? CERTAIN : this.#withinBoundary(subject);
  }

  #runAs(row: EscalationRow, service: string, reacher: Reacher, given: Decision): readonly Way[] {
    const { subject } = reacher;
    const members = this.#members.runnable(subject.account, service);
    if (members.length === 0) return [];
    const base = both(given, provided(row));
    if (row.target === undefined) return setWay(row, base, members);
    const suffix = subject.partition === 'aws-cn' ? '.amazonaws.com.cn' : '.amazonaws.com';
    const reach = reacher.passing(`${service}${suffix}`);
    if (reach.kind === 'alike') return setWay(row, both(reach.decision, base), members);
    if (reach.decisions.size === 0) return [];
    return eachWay(
      row,
      members.map((member) => ({ member, decision: both(onTarget(reach, member.target.id), base) })),
    );
  }

  /** The roles that it can assume: identity policy and trust policy together, or a trust that is enough by itself. */
  #assumable(reacher: Reacher): readonly Way[] {
    const { subject } = reacher;
    const row = ASSUME;
    const allowed = reacher.on('role', 'sts:AssumeRole', true);
    const ways: Way[] = [];
    const steps: Step[] = [];
    const delegating = this.#members.delegating(subject.account);
    if (allowed.kind === 'alike') ways.push(...setWay(row, allowed.decision, delegating));
    else {
      for (const member of delegating) steps.push({ member, decision: onTarget(allowed, member.target.id) });
    }
    const open = this.#members.open(subject.account);
    if (!reacher.refuses('sts:AssumeRole')) ways.push(...setWay(row, CERTAIN, open));
    else {
      for (const member of open) {
        const answer = not(denied(reacher.policies.deny, ASSUME_ROLE, member.target.arn, subject.context));
        steps.push({ member, decision: { answer, grants: [] } });
      }
    }
    const particular = new Set([
      ...(this.#members.naming.get(subject.principal.id) ?? []),
      ...this.#members.particular,
    ]);
    for (const trust of particular) {
      const step = this.#assumeOne(trust, reacher, onTarget(allowed, trust.role.id));
      if (step !== undefined) steps.push(step);
    }
    return [
      ...ways,
      ...eachWay(
        row,
        steps.filter(({ member }) => member.target.id !== subject.principal.id),
      ),
    ];
  }

  #assumeOne(trust: RoleTrust, { subject, policies }: Reacher, allowed: Decision): Step | undefined {
    const { context, account, principal } = subject;
    const named = trustsAnswer(trust.named.get(principal.id) ?? [], context);
    const delegated = trustsAnswer(trust.alike ? [] : (trust.delegated.get(account) ?? []), context);
    const anyone = trustsAnswer(trust.alike ? [] : trust.anyone, context);
    const home = trust.role.account === account;
    const notDenied = not(denied(policies.deny, ASSUME_ROLE, trust.role.arn, context));
    // A boundary still cuts a role that is named, though not a user.
    const bounded =
      principal.kind === 'role' && policies.boundary !== undefined
        ? decide({ ...policies, ...policies.boundary, boundary: undefined }, ASSUME_ROLE, trust.role.arn, context)
            .answer
        : 'yes';
    const byTrust = home ? and(or(and(named.answer, bounded), anyone.answer), notDenied) : 'no';
    const byBoth = and(or(named.answer, delegated.answer, anyone.answer), allowed.answer);
    const answer = and(
      or(byTrust, byBoth),
      notRefused(trust, { id: principal.id, account }, this.#access.resolve, context),
    );
    if (answer === 'no') return undefined;
    const evidence = [...named.trusts, ...delegated.trusts, ...anyone.trusts];
    return { member: { target: trust.role, answer, evidence }, decision: { answer: 'yes', grants: allowed.grants } };
  }
}

const ASSUME_ROLE = questionFor('sts:AssumeRole');
const ASSUME: EscalationRow = ESCALATIONS.find(({ id }) => id === 'assume-role') ?? {
  id: 'assume-role',
  over: 'roles',
  result: 'target',
};

const KINDS: Readonly<Partial<Record<EscalationRow['over'], 'user' | 'role' | 'group'>>> = {
  users: 'user',
  roles: 'role',
  groups: 'group',
};

function anywhere(row: EscalationRow, reacher: Reacher): Decision {
  const { anywhere: actions = [] } = row;
  if (!actions.every((action) => reacher.mentions(action))) return { answer: 'no', grants: [] };
  return both(...actions.map((action) => reacher.somewhere(action)));
}

function provided({ provided: text }: EscalationRow): Decision {
  return text === undefined ? CERTAIN : { answer: { if: [text] }, grants: [] };
}

/** Whether it would be admin but for Deny statements that the row lets it remove. */
function heldBack(row: EscalationRow, subject: Subject, policies: Policies, { inventory }: AwsAccess): Decision {
  const removable = new Set(
    policies.deny.filter(({ grant, policy }) => {
      const holder = inventory.grants.get(grant);
      if (holder === undefined || holder.role === 'boundary') return false;
      const own = holder.principal === subject.principal.id;
      if (own !== (row.over === 'self')) return false;
      if (row.id === 'iam-remove-user-from-group') return true;
      return policy.startsWith('policy:arn:') === row.id.includes('detach');
    }),
  );
  if (removable.size === 0 || adminOf(policies, subject.context).answer === 'yes') return { answer: 'no', grants: [] };
  return adminOf(
    { ...policies, deny: policies.deny.filter((statement) => !removable.has(statement)) },
    subject.context,
  );
}

function selfWay(row: EscalationRow, decision: Decision, over?: string): readonly Way[] {
  if (decision.answer === 'no') return [];
  return [{ row, kind: 'self', decision, ...(over === undefined ? {} : { over }) }];
}

function setWay(row: EscalationRow, decision: Decision, members: MemberSet): readonly Way[] {
  return decision.answer === 'no' || members.length === 0 ? [] : [{ row, kind: 'set', decision, members }];
}

function eachWay(row: EscalationRow, steps: readonly Step[]): readonly Way[] {
  const possible = steps.filter(({ member, decision }) => and(member.answer, decision.answer) !== 'no');
  return possible.length === 0 ? [] : [{ row, kind: 'each', steps: possible }];
}
