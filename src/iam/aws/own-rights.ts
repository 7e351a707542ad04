import type { Answer } from '../../model/answer.ts';
import type { AwsAccess, Subject } from './access.ts';
import { adminOf, ceilingAnswer } from './admin.ts';
import type { Decision } from './decision.ts';
import type { EscalationRow } from './escalation.ts';
import { ESCALATIONS } from './escalations.ts';
import type { Policies } from './policies.ts';
import type { Population, Target } from './population.ts';
import { ask, askExactly } from './question.ts';
import { both, CERTAIN, either, Reacher } from './reach.ts';
import { StatementSet } from './statement.ts';

/** Answers what principals can do to their own rights, and how far those can grow. */
export class OwnRights {
  readonly #access: AwsAccess;
  readonly #population: Population;
  /** What the boundary of each principal lets through. */
  readonly #ceilings = new Map<string, Answer>();

  constructor(access: AwsAccess, population: Population) {
    this.#access = access;
    this.#population = population;
  }

  /** Whether a row over oneself or one's groups leads to any permission that one wants. */
  decide(row: EscalationRow, reacher: Reacher): Decision {
    const { subject } = reacher;
    const gated = this.#gate(row, reacher);
    if (gated.answer === 'no') return gated;
    const holders = row.over === 'own-groups' ? subject.groups : [subject.principal.id];
    const decision = either(
      holders.map((holder) => {
        const arn = row.over === 'self' ? subject.self : askExactly(ask(this.#arnOf(holder)));
        const onHolder = (row.target ?? []).map((action) => reacher.onArn(action, arn));
        return both(...onHolder, this.onPolicies(row, [holder, ...subject.groups], reacher));
      }),
    );
    return both(decision, gated);
  }

  /** What a row needs on a customer-managed policy that is attached to one of these principals. */
  onPolicies({ policy }: EscalationRow, holders: readonly string[], reacher: Reacher): Decision {
    if (policy === undefined) return CERTAIN;
    if (!policy.every((action) => reacher.mentions(action))) return { answer: 'no', grants: [] };
    const arns = new Set(holders.flatMap((id) => this.#access.subject(id)?.managedPolicies ?? []));
    return either([...arns].map((arn) => both(...policy.map((action) => reacher.onArn(action, askExactly(ask(arn)))))));
  }

  /** Rights that a principal is given end at its boundary. */
  withinBoundary({ principal: { id }, policies, context }: Subject): Decision {
    const answer = this.#ceilings.get(id) ?? ceilingAnswer(policies, context);
    this.#ceilings.set(id, answer);
    return { answer, grants: [] };
  }

  /** The same for another principal that is made one's tool. */
  withinBoundaryOf({ id }: Target): Decision {
    const subject = this.#access.subject(id);
    return subject === undefined ? CERTAIN : this.withinBoundary(subject);
  }

  #arnOf(id: string): string {
    return this.#access.inventory.principals.get(id)?.nativeId ?? '';
  }

  #gate(row: EscalationRow, { subject, policies }: Reacher): Decision {
    if (row.gate === 'bounded') return this.#gainedWithoutBoundary(subject, policies);
    if (row.gate === 'held-back-by-deny') return this.#gainedWithoutDeny(row, subject, policies);
    return this.withinBoundary(subject);
  }

  /** What the principal would have without its boundary: everything already, or the right to give itself everything. */
  #gainedWithoutBoundary(subject: Subject, policies: Policies): Decision {
    if (policies.boundary === undefined) return { answer: 'no', grants: [] };
    const { grants } = this.#access.inventory;
    const deny = new StatementSet(policies.deny.all.filter(({ grant }) => grants.get(grant)?.role !== 'boundary'));
    const free: Subject = { ...subject, policies: { ...policies, deny, boundary: undefined } };
    const reacher = new Reacher(free, this.#population);
    const unbounded = new OwnRights(this.#access, this.#population);
    const widening = ESCALATIONS.filter(({ over, gate, actor, provided }) => {
      const own = over === 'self' || over === 'own-groups';
      return own && gate === undefined && provided === undefined && (actor ?? subject.acts) === subject.acts;
    });
    return either([adminOf(free.policies, free.context), ...widening.map((row) => unbounded.decide(row, reacher))]);
  }

  /** Whether it would be admin but for Deny statements that the row lets it remove. */
  #gainedWithoutDeny(row: EscalationRow, { principal, context }: Subject, policies: Policies): Decision {
    const removable = new Set(
      policies.deny.all.filter(({ grant, policy }) => {
        const holder = this.#access.inventory.grants.get(grant);
        if (holder === undefined || holder.role === 'boundary') return false;
        const own = this.#access.resolve(holder.principal) === principal.id;
        if (own !== (row.over === 'self')) return false;
        return (
          row.id === 'iam-remove-user-from-group' || policy.startsWith('policy:arn:') === row.id.includes('detach')
        );
      }),
    );
    if (removable.size === 0 || adminOf(policies, context).answer === 'yes') return { answer: 'no', grants: [] };
    const rest = new StatementSet(policies.deny.all.filter((statement) => !removable.has(statement)));
    return adminOf({ ...policies, deny: rest }, context);
  }
}
