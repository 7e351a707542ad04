import { type Answer, and } from '../../model/answer.ts';
import type { Subject } from './access.ts';
import { anyOf } from './answers.ts';
import { conditionMentions } from './conditions.ts';
import { type KeyValue, type RequestContext, withKeys } from './context.ts';
import { type Decision, decide, decideSome } from './decision.ts';
import { RESOURCE_SERVICES } from './escalations.ts';
import { questionFor } from './known-actions.ts';
import { type Member, MemberSet } from './members.ts';
import { ceilingsOf, type Policies } from './policies.ts';
import type { Population, Target, TargetKind } from './population.ts';
import { type ActionQuestion, type Asked, ask } from './question.ts';
import { actionRelation, patternRelation } from './relation.ts';
import type { Statement } from './statement.ts';
import { expandVariables } from './variables.ts';

/**
 * On which targets a principal can do an action: on all of a kind alike, which is decided once, or on some, one by one. What
 * is not there it cannot do.
 */
export type Reach =
  | { readonly kind: 'alike'; readonly decision: Decision }
  | { readonly kind: 'some'; readonly decisions: ReadonlyMap<string, Decision> };

const NOWHERE: Reach = { kind: 'some', decisions: new Map() };
const REFUSED: Decision = { answer: 'no', grants: [] };
export const CERTAIN: Decision = { answer: 'yes', grants: [] };

export function onTarget(reach: Reach, id: string): Decision {
  return reach.kind === 'alike' ? reach.decision : (reach.decisions.get(id) ?? REFUSED);
}

/** The members on which everything can be done, found from the side that names fewer. */
function membersWithin(members: MemberSet, reaches: readonly Reach[]): MemberSet {
  const [narrow] = reaches
    .flatMap((reach) => (reach.kind === 'some' ? [reach.decisions] : []))
    .sort((first, second) => first.size - second.size);
  const candidates = narrow === undefined ? members.all : [...narrow.keys()].flatMap((id) => members.get(id) ?? []);
  return new MemberSet(
    candidates.map(({ target, answer, evidence }): Member => {
      const { answer: given, grants } = both(...reaches.map((reach) => onTarget(reach, target.id)));
      return { target, answer: and(answer, given), evidence: [...new Set([...grants, ...evidence])] };
    }),
  );
}

/** Whether any statement allows the action on anything. */
export function allowsSomewhere({ allow }: Policies, action: string): boolean {
  const question = questionFor(action);
  return allow.about(question).some(({ actions }) => actionRelation(actions, question) === 'all');
}

/** Whether there is nothing that the action can be done on. */
export function isNowhere(reach: Reach): boolean {
  return reach.kind === 'some' && reach.decisions.size === 0;
}

/** Keys of a request that depend on what is acted on. */
const TARGET_KEYS = ['aws:resource', 'iam:resource'];

/**
 * Asks about targets for one principal and remembers the answers. Policies that were not read are left out: they are told once
 * (`unseen`), and would otherwise make every way a possible one.
 */
export class Reacher {
  readonly subject: Subject;
  readonly policies: Policies;
  readonly #population: Population;
  readonly #reaches = new Map<string, Reach>();
  readonly #somewhere = new Map<string, Decision>();
  readonly #within = new Map<Reach, ReadonlyMap<MemberSet, MemberSet>>();

  constructor(subject: Subject, population: Population) {
    this.subject = subject;
    this.policies = { ...subject.policies, unread: [] };
    this.#population = population;
  }

  /** Whether any statement allows the action on anything: the quick way to `no`. */
  mentions(action: string): boolean {
    return allowsSomewhere(this.policies, action);
  }

  /** Whether any statement denies the action on anything. */
  refuses(action: string): boolean {
    const question = questionFor(action);
    return [this.policies.deny, this.policies.organization.deny]
      .flatMap((set) => set.about(question))
      .some(({ actions }) => actionRelation(actions, question) === 'all');
  }

  /** The action on targets of a kind, of the principal's own account or (to assume a role) of all. */
  on(kind: TargetKind, action: string, everywhere = false): Reach {
    return this.#remember(`${kind} ${everywhere} ${action}`, () =>
      this.#find(kind, action, everywhere, this.subject.context),
    );
  }

  /** `iam:PassRole` to a service, by its principal name. */
  passing(service: string): Reach {
    const statements = this.#statements(questionFor('iam:PassRole'));
    if (!statements.some(({ condition }) => conditionMentions(condition, ['iam:passedtoservice']))) {
      return this.on('role', 'iam:PassRole');
    }
    return this.#remember(`pass ${service}`, () => {
      const keys = new Map<string, KeyValue>([['iam:passedtoservice', [service]]]);
      return this.#find('role', 'iam:PassRole', false, withKeys(this.subject.context, keys));
    });
  }

  /** The members on which all of this can be done; the same set again for the same question. */
  within(members: MemberSet, reaches: readonly Reach[]): MemberSet {
    const [first, ...more] = reaches;
    if (first === undefined || more.length > 0) return membersWithin(members, reaches);
    const known = this.#within.get(first)?.get(members);
    if (known !== undefined) return known;
    const within = membersWithin(members, reaches);
    this.#within.set(first, new Map([...(this.#within.get(first) ?? []), [members, within]]));
    return within;
  }

  /** One ARN, such as its own or a policy's. */
  onArn(action: string, arn: Asked): Decision {
    return decide(this.policies, questionFor(action), arn, this.subject.context);
  }

  /** The action on some resource of its service in the account. */
  somewhere(action: string): Decision {
    const known = this.#somewhere.get(action);
    if (known !== undefined) return known;
    const [service = ''] = action.split(':');
    const kinds = (RESOURCE_SERVICES[service] ?? [service]).map((name) =>
      ask(`arn:${this.subject.partition}:${name}:*`),
    );
    const decision = decideSome(this.policies, questionFor(action), kinds, this.subject.context);
    this.#somewhere.set(action, decision);
    return decision;
  }

  #remember(key: string, find: () => Reach): Reach {
    const known = this.#reaches.get(key);
    if (known !== undefined) return known;
    const reach = find();
    this.#reaches.set(key, reach);
    return reach;
  }

  #find(kind: TargetKind, action: string, everywhere: boolean, context: RequestContext): Reach {
    if (!this.mentions(action)) return NOWHERE;
    const question = questionFor(action);
    const { partition, account } = this.subject;
    const all = ask(`arn:${partition}:iam::${everywhere ? '*' : account}:${kind}/*`);
    if (this.#statements(question).every((statement) => isAlike(statement, all))) {
      const decision = decide(this.policies, question, all, context);
      return decision.answer === 'no' ? NOWHERE : { kind: 'alike', decision };
    }
    const decisions = new Map<string, Decision>();
    for (const target of this.#candidates(question, kind, everywhere ? undefined : account)) {
      const decision = decide(this.policies, question, target.arn, onContext(context, target));
      if (decision.answer !== 'no') decisions.set(target.id, decision);
    }
    return { kind: 'some', decisions };
  }

  #statements(question: ActionQuestion): readonly Statement[] {
    const { allow, deny, organization } = this.policies;
    return [allow, deny, organization.deny, ...ceilingsOf(this.policies).map((ceiling) => ceiling.allow)]
      .flatMap((set) => set.about(question))
      .filter(({ actions }) => actionRelation(actions, question) === 'all');
  }

  /** Targets that an Allow can mean, found by its patterns. */
  #candidates(question: ActionQuestion, kind: TargetKind, account: string | undefined): ReadonlySet<Target> {
    const found = new Set<Target>();
    for (const { actions, resources } of this.policies.allow.about(question)) {
      if (actionRelation(actions, question) !== 'all') continue;
      const patterns = resources.inverted ? ['*'] : resources.texts;
      for (const pattern of patterns) {
        const expansion = expandVariables(pattern, this.subject.context);
        if (expansion.kind === 'nothing') continue;
        const text = expansion.kind === 'unknown' ? '*' : expansion.text;
        for (const target of this.#population.matching(kind, account, text)) found.add(target);
      }
    }
    return found;
  }
}

function isAlike({ resources, condition }: Statement, all: Asked): boolean {
  if (conditionMentions(condition, TARGET_KEYS)) return false;
  if (resources.everything) return true;
  return resources.globs.every((glob) => glob !== undefined && patternRelation(glob, all) !== 'part');
}

/** A request about a target: its tags and account are known. */
function onContext(context: RequestContext, { tags, account }: Target): RequestContext {
  return (key) => {
    if (key === 'aws:resourceaccount') return [account];
    const tag = RESOURCE_TAG.exec(key)?.[1];
    if (tag === undefined || tags === undefined) return context(key);
    const value = tags.get(tag);
    return value === undefined ? 'absent' : [value];
  };
}

const RESOURCE_TAG = /^(?:aws|iam):resourcetag\/(.+)$/s;

/** Several decisions that must all hold. */
export function both(...decisions: readonly Decision[]): Decision {
  if (decisions.some((decision) => decision.answer === 'no')) return REFUSED;
  const weighty = decisions.filter(({ answer, grants }) => answer !== 'yes' || grants.length > 0);
  const [only, ...more] = weighty;
  if (only === undefined) return CERTAIN;
  if (more.length === 0) return only;
  return {
    answer: and(...weighty.map(({ answer }) => answer)),
    grants: [...new Set(weighty.flatMap(({ grants }) => grants))],
  };
}

/** The firmest of several decisions of which one is enough. */
export function either(decisions: Iterable<Decision>): Decision {
  const unsure: Decision[] = [];
  for (const decision of decisions) {
    if (decision.answer === 'yes') return decision;
    if (decision.answer !== 'no') unsure.push(decision);
  }
  const answer: Answer = anyOf(unsure.map((decision) => decision.answer));
  return { answer, grants: [...new Set(unsure.flatMap(({ grants }) => grants))] };
}
