import { type Answer, and, or } from '../../model/answer.ts';
import type { Grant } from '../../model/grant.ts';
import type { Json } from '../../model/json.ts';
import { includes, isExact, isLower, matchesPath, overlaps, type PathPattern, pathPattern } from './path-pattern.ts';

/** What all policies of somebody say of one path together. */
interface Rule {
  readonly pattern: PathPattern;
  readonly capabilities: Set<string>;
  denied: boolean;
  /** In words; all of them must hold. */
  readonly conditions: Set<string>;
  readonly grants: string[];
}

export interface Decision {
  readonly answer: Answer;
  readonly grants: readonly string[];
}

const NO: Decision = { answer: 'no', grants: [] };

/**
 * The paths of all policies of somebody: the same path of several policies is one, with the capabilities of all, and a `deny` ends
 * it. What narrows one of them narrows all of that path, as the server puts them together.
 */
export class Acl {
  readonly #rules = new Map<string, Rule>();

  constructor(grants: Iterable<Grant>) {
    for (const grant of grants) for (const path of grant.resources) this.#add(path, grant);
  }

  /** Whether a capability is given on a path; one with `+` or `*` in it stands for all that it covers. */
  decide(capability: string, path: string): Decision {
    const asked = pathPattern(path.replace(/^\/+/, ''));
    return isExact(asked) ? this.#onPath(capability, asked.text) : this.#onPattern(capability, asked);
  }

  /** On any path at all. */
  anywhere(capability: string): Decision {
    const found = [...this.#rules.values()].filter((rule) => !rule.denied && rule.capabilities.has(capability));
    return { answer: or('no', ...found.map(answerOf)), grants: found.flatMap(({ grants }) => grants) };
  }

  #add(path: string, grant: Grant): void {
    const rule = this.#rules.get(path) ?? {
      pattern: pathPattern(path),
      capabilities: new Set<string>(),
      denied: false,
      conditions: new Set<string>(),
      grants: [],
    };
    this.#rules.set(path, rule);
    rule.grants.push(grant.id);
    if (grant.effect === 'deny') rule.denied = true;
    for (const action of grant.actions) rule.capabilities.add(action);
    for (const condition of conditionsOf(grant.condition)) rule.conditions.add(condition);
  }

  #onPath(capability: string, path: string): Decision {
    const listing = capability === 'list' || capability === 'scan';
    // A listing is asked with or without the slash at its end.
    const paths = listing && path.endsWith('/') ? [path, path.slice(0, -1)] : [path];
    for (const one of paths) {
      const exact = this.#rules.get(one);
      if (exact !== undefined && isExact(exact.pattern)) return decisionOf(exact, capability);
    }
    for (const one of paths) {
      const best = this.#best((pattern) => !isExact(pattern) && matchesPath(pattern, one));
      if (best !== undefined) return decisionOf(best, capability);
    }
    return NO;
  }

  /** What covers all of it decides, but for the paths inside that have a rule of their own. */
  #onPattern(capability: string, asked: PathPattern): Decision {
    const covering = this.#best((pattern) => includes(pattern, asked));
    const base = covering === undefined ? NO : decisionOf(covering, capability);
    const inside = [...this.#rules.values()].filter(
      (rule) =>
        rule !== covering &&
        overlaps(rule.pattern, asked) &&
        !includes(rule.pattern, asked) &&
        (covering === undefined || isLower(covering.pattern, rule.pattern)),
    );
    const own = inside.map((rule) => ({ rule, decision: decisionOf(rule, capability) }));
    if (base.answer === 'no') {
      const given = own.filter(({ decision }) => decision.answer !== 'no');
      if (given.length === 0) return NO;
      const paths = given.map(({ rule }) => rule.pattern.text).sort();
      return {
        answer: { if: [`only ${paths.slice(0, 5).join(', ')}`] },
        grants: given.flatMap(({ decision }) => decision.grants),
      };
    }
    const taken = own.filter(({ decision }) => decision.answer === 'no').map(({ rule }) => rule.pattern.text);
    const rest: Answer = taken.length === 0 ? 'yes' : { if: [`not ${taken.sort().slice(0, 5).join(', ')}`] };
    return { answer: and(base.answer, rest), grants: base.grants };
  }

  #best(matches: (pattern: PathPattern) => boolean): Rule | undefined {
    let best: Rule | undefined;
    for (const rule of this.#rules.values()) {
      if (matches(rule.pattern) && (best === undefined || isLower(best.pattern, rule.pattern))) best = rule;
    }
    return best;
  }
}

function decisionOf(rule: Rule, capability: string): Decision {
  if (rule.denied || !rule.capabilities.has(capability)) return NO;
  return { answer: answerOf(rule), grants: rule.grants };
}

function answerOf({ conditions }: Rule): Answer {
  return conditions.size === 0 ? 'yes' : { if: [...conditions].sort() };
}

function conditionsOf(condition: Json | undefined): readonly string[] {
  if (condition === undefined || condition === null || typeof condition !== 'object' || Array.isArray(condition))
    return [];
  return Object.entries(condition).map(([name, value]) =>
    name === 'templated' ? 'the path of its entity is meant' : `${name} ${JSON.stringify(value)}`,
  );
}
