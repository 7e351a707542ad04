import { type Answer, and, or } from '../../model/answer.ts';
import { allowedBy, allows, hasVerb, requestFor } from './request.ts';
import type { Rule } from './rule.ts';

/** Any of these verbs on any of these resources (`group/resource[/sub]`); on whatever resource where there are none. */
export interface Need {
  readonly verbs: readonly string[];
  readonly resources: readonly string[];
  readonly name?: string;
}

/** What a question found: the answer, the rules that give it, and what of the question they give. */
export interface Found {
  readonly answer: Answer;
  readonly rules: readonly Rule[];
  readonly verbs: readonly string[];
  /** Without their group: `pods/exec`. */
  readonly resources: readonly string[];
}

export const NOTHING: Found = { answer: 'no', rules: [], verbs: [], resources: [] };

/** Whether rules allow something in a namespace; undefined asks for the whole cluster. */
export function ask(rules: readonly Rule[], need: Need, namespace: string | undefined): Found {
  const verbs = new Set<string>();
  const resources = new Set<string>();
  const found = allowedBy(rules, (rule) => {
    let answer: Answer = 'no';
    if (need.resources.length === 0) return need.verbs.some((verb) => hasVerb(rule, verb)) ? 'yes' : 'no';
    for (const resource of need.resources) {
      // Most questions are about something that a rule does not speak of at all.
      if (rule.exactly?.has(resource) === false) continue;
      for (const verb of need.verbs) {
        const request = requestFor(verb, resource, namespace, need.name);
        const one = allows(rule, request);
        if (one === 'no') continue;
        verbs.add(verb);
        resources.add(request.resource.resource);
        answer = or(answer, one);
      }
    }
    return answer;
  });
  return { ...found, verbs: need.verbs.filter((verb) => verbs.has(verb)), resources: [...resources] };
}

/** Whether rules allow all of several things. */
export function askAll(rules: readonly Rule[], needs: readonly Need[], namespace: string | undefined): Found {
  const found: Found[] = [];
  for (const need of needs) {
    const one = ask(rules, need, namespace);
    if (one.answer === 'no') return NOTHING;
    found.push(one);
  }
  return together(found, and);
}

/** Whether any of several answers holds. */
export function anyFound(found: readonly Found[]): Found {
  return together(
    found.filter(({ answer }) => answer !== 'no'),
    (...answers) => or('no', ...answers),
  );
}

/** Whether all of several answers hold. */
export function allFound(...found: readonly Found[]): Found {
  return found.some(({ answer }) => answer === 'no') ? NOTHING : together(found, and);
}

function together(found: readonly Found[], join: (...answers: readonly Answer[]) => Answer): Found {
  if (found.length === 0) return NOTHING;
  return {
    answer: join(...found.map(({ answer }) => answer)),
    rules: [...new Set(found.flatMap(({ rules }) => rules))],
    verbs: [...new Set(found.flatMap(({ verbs }) => verbs))],
    resources: [...new Set(found.flatMap(({ resources }) => resources))],
  };
}

/** Ids of the grants that rules stand for. */
export function grantIds(rules: readonly Rule[]): readonly string[] {
  return [...new Set(rules.map((rule) => rule.grant.id))];
}

/** Ids that prove a finding of rules: their bindings first, since those are what one takes away. */
export function evidenceOf(rules: readonly Rule[]): readonly string[] {
  return [
    ...new Set([...rules.flatMap((rule) => rule.via.map(({ id }) => id)), ...rules.map((rule) => rule.grant.id)]),
  ];
}

/** `get, list secrets`, for people; of many resources the first few. */
export function wording({ verbs, resources }: Found): string {
  const more = resources.length - 3;
  return `${verbs.join(', ')} ${resources.slice(0, 3).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
