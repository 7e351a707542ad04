import { type Answer, and, not, or } from '../../model/answer.ts';
import type { Principal } from '../../model/principal.ts';
import { type AzureAccess, type Denial, objectIds, type Role, type Rule } from './access.ts';
import { type ConditionFacts, conditionAnswer } from './condition.ts';
import {
  type ActionQuestion,
  allowed,
  askAction,
  bare,
  denies,
  type Held,
  type Permission,
  speaksOf,
} from './permission.ts';

/** An answer, and the ids of the grants (assignments, then permissions of roles) and trusts (memberships) that lead to it. */
export interface Decision {
  readonly answer: Answer;
  readonly grants: readonly string[];
  readonly trusts: readonly string[];
}

export const REFUSED: Decision = { answer: 'no', grants: [], trusts: [] };

/** What Azure RBAC says about one principal. */
export class Subject {
  readonly principal: Principal;
  readonly rules: readonly Rule[];
  readonly denials: readonly Denial[];
  readonly #access: AzureAccess;
  readonly #known = new Map<string, Decision>();
  #scopes: readonly string[] | undefined;
  readonly #spoken = new Map<string, readonly Rule[]>();

  constructor(
    principal: Principal,
    access: AzureAccess,
    rules: readonly Rule[] = access.rulesOf(principal.id),
    denials: readonly Denial[] = access.denialsOf(principal),
  ) {
    this.principal = principal;
    this.#access = access;
    this.rules = rules;
    this.denials = denials;
  }

  /** With what is in force by itself: without what must be activated first. */
  standing(): Subject {
    const rules = this.rules.filter(({ eligible }) => !eligible);
    return rules.length === this.rules.length ? this : new Subject(this.principal, this.#access, rules, this.denials);
  }

  /** As if nothing were denied. */
  undenied(): Subject {
    return new Subject(this.principal, this.#access, this.rules, []);
  }

  /** Scopes of its assignments, the widest first. */
  get scopes(): readonly string[] {
    this.#scopes ??= [...new Set(this.rules.map(({ scope }) => scope))].sort(
      (a, b) => a.length - b.length || (a < b ? -1 : 1),
    );
    return this.#scopes;
  }

  /** Whether it may do something on all of a scope: what assignments give together, less what is denied. */
  on(action: string, scope: string, facts?: ConditionFacts['attributes']): Decision {
    const speaking = this.#speaking(action);
    if (speaking.length === 0) return REFUSED;
    const key = facts === undefined ? `${action} ${scope}` : undefined;
    const known = key === undefined ? undefined : this.#known.get(key);
    if (known !== undefined) return known;
    const decision = spellingsOf(action)
      .map((one) => this.#decide(speaking, askAction(one), scope, facts))
      .reduce(either);
    if (key !== undefined) this.#known.set(key, decision);
    return decision;
  }

  /** Whether it may do something anywhere. */
  anywhere(action: string): Decision {
    return this.scopes.map((scope) => this.on(action, scope)).reduce(either, REFUSED);
  }

  /** Whether something is denied on a scope, whatever roles say. */
  deniedOn(action: string, scope: string): Answer {
    const question = askAction(action);
    const facts: ConditionFacts = { action: bare(question.text) };
    return or('no', ...this.denials.map((denial) => this.#denied(denial, question, scope, facts)));
  }

  /** Whether a deny assignment could stand between it and what it may do on the whole scope, somewhere inside of it. */
  deniedBelow(scope: string): boolean {
    return this.denials.some(
      (denial) => denial.scope !== scope && this.#access.hierarchy.covers(scope, denial.scope) !== 'no',
    );
  }

  /** The assignments whose role speaks of an action at all: of most actions none does, whatever the scope. */
  #speaking(action: string): readonly Rule[] {
    const known = this.#spoken.get(action);
    if (known !== undefined) return known;
    const questions = spellingsOf(action).map(askAction);
    const speaking = this.rules.filter(
      ({ role: { permissions } }) =>
        permissions === undefined || permissions.some((one) => questions.some((question) => speaksOf(one, question))),
    );
    // What fills the gaps of a pattern need not speak of all of it.
    const found = speaking.length > 0 && questions.some(({ pattern }) => pattern) ? this.rules : speaking;
    this.#spoken.set(action, found);
    return found;
  }

  #decide(
    speaking: readonly Rule[],
    question: ActionQuestion,
    scope: string,
    attributes: ConditionFacts['attributes'],
  ): Decision {
    const facts: ConditionFacts = { action: bare(question.text), ...(attributes === undefined ? {} : { attributes }) };
    const rules = new Map<Held, Rule>();
    const unread: Answer[] = [];
    const evidence: Rule[] = [];
    for (const rule of speaking) {
      const condition = rule.condition === undefined ? 'yes' : conditionAnswer(rule.condition, facts);
      const reach = and(rule.given, this.#access.hierarchy.covers(rule.scope, scope), condition);
      if (reach === 'no') continue;
      if (rule.role.permissions === undefined) {
        unread.push(and(reach, unreadRole(rule.role)));
        evidence.push(rule);
      }
      for (const permission of rule.role.permissions ?? []) rules.set({ permission, answer: reach }, rule);
    }
    const { answer: given, by } = allowed([...rules.keys()], question, facts);
    const total = or(given, ...unread);
    if (total === 'no') return REFUSED;
    const denied = or('no', ...this.denials.map((denial) => this.#denied(denial, question, scope, facts)));
    const answer = and(total, not(denied));
    if (answer === 'no') return REFUSED;
    const used = by.flatMap((held) => rules.get(held) ?? []);
    const all = given === 'yes' ? used : [...used, ...evidence];
    return {
      answer,
      ...evidenceOf(
        all,
        by.map(({ permission }) => permission),
      ),
    };
  }

  #denied(denial: Denial, question: ActionQuestion, scope: string, facts: ConditionFacts): Answer {
    const covers = denial.only && denial.scope !== scope ? 'no' : this.#access.hierarchy.covers(denial.scope, scope);
    return covers === 'no' ? 'no' : and(covers, denial.answer, denies(denial.permission, question, facts));
  }

  /** Attributes of a request that gives a role to somebody: to itself, or to one of its groups. */
  assigning(role: string, recipient: Principal): ReadonlyMap<string, string> | undefined {
    const [id] = objectIds(recipient, recipient.id).filter((one) => isObjectId(one, recipient));
    const kind = RECIPIENT_TYPES[recipient.kind];
    const prefix = 'request microsoft.authorization/roleassignments';
    return new Map([
      [`${prefix}:roledefinitionid`, role],
      ...(id === undefined ? [] : [[`${prefix}:principalid`, id] as const]),
      ...(kind === undefined ? [] : [[`${prefix}:principaltype`, kind] as const]),
    ]);
  }
}

/** Azure lists the operation with a segment that what it checks has not: roles are written either way, and both work. */
const ASSIGN_IDENTITY = 'microsoft.managedidentity/userassignedidentities/assign/action';
const ASSIGN_IDENTITY_LISTED = 'microsoft.managedidentity/userassignedidentities/identity/assign/action';

function spellingsOf(action: string): readonly string[] {
  return action.toLowerCase() === ASSIGN_IDENTITY ? [ASSIGN_IDENTITY, ASSIGN_IDENTITY_LISTED] : [action];
}

const RECIPIENT_TYPES: Readonly<Record<string, string>> = {
  user: 'User',
  group: 'Group',
  'service-principal': 'ServicePrincipal',
};

/** The client id of a service principal is no object id. */
function isObjectId(id: string, principal: Principal): boolean {
  return (
    !id.includes(':') && !id.includes('/') && (principal.kind !== 'service-principal' || id !== principal.nativeId)
  );
}

function unreadRole(role: Role): Answer {
  return { if: [`the role ${role.name} (not read) allows it`] };
}

export function both(one: Decision, other: Decision): Decision {
  const answer = and(one.answer, other.answer);
  return answer === 'no' ? REFUSED : merged(answer, one, other);
}

export function either(one: Decision, other: Decision): Decision {
  if (one.answer === 'yes' || other.answer === 'no') return one;
  if (other.answer === 'yes' || one.answer === 'no') return other;
  return merged(or(one.answer, other.answer), one, other);
}

function merged(answer: Answer, one: Decision, other: Decision): Decision {
  return {
    answer,
    grants: [...new Set([...one.grants, ...other.grants])],
    trusts: [...new Set([...one.trusts, ...other.trusts])],
  };
}

/** Assignments first, since those are what one takes away. */
export function evidenceOf(
  rules: readonly Pick<Rule, 'grant' | 'via'>[],
  permissions: readonly Permission[],
): Pick<Decision, 'grants' | 'trusts'> {
  return {
    grants: [...new Set([...rules.map(({ grant }) => grant.id), ...permissions.flatMap(({ grant }) => grant ?? [])])],
    trusts: [...new Set(rules.flatMap(({ via }) => via.map(({ id }) => id)))],
  };
}
