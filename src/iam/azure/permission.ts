import { type Answer, and, or } from '../../model/answer.ts';
import type { Grant } from '../../model/grant.ts';
import { compileGlob, type Glob, globCovers, globsOverlap } from '../aws/glob.ts';
import { type Condition, type ConditionFacts, conditionAnswer, parseCondition } from './condition.ts';

/** One element of a role's permissions (or a deny assignment's): actions less `notActions`. */
export interface Permission {
  readonly actions: readonly Pattern[];
  readonly notActions: readonly Pattern[];
  readonly condition: Condition | undefined;
  /** Id of the grant that holds it; absent for roles that are known without an export. */
  readonly grant: string | undefined;
  /** What it says to actions that were asked before: roles are few, and asked the same for everybody who has them. */
  readonly known: Map<string, Named>;
}

/** How much of what is asked a permission names, and what of it it takes off again. */
interface Named {
  readonly named: 'all' | 'part' | 'none';
  /** Undefined for a part that is no pattern of its own. */
  readonly gaps: readonly (ActionQuestion | undefined)[];
}

interface Pattern {
  readonly text: string;
  readonly glob: Glob;
}

/** An action as it is asked for, or a pattern that asks for all that it matches. Data actions have `data:` in front. */
export interface ActionQuestion {
  readonly text: string;
  readonly glob: Glob;
  readonly pattern: boolean;
}

const questions = new Map<string, ActionQuestion>();
const MOST_QUESTIONS = 10_000;

export function askAction(action: string): ActionQuestion {
  const known = questions.get(action);
  if (known !== undefined) return known;
  const text = action.toLowerCase();
  const question = questions.get(text) ?? { text, glob: compileGlob(text), pattern: text.includes('*') };
  if (questions.size < MOST_QUESTIONS) questions.set(action, question).set(text, question);
  return question;
}

export function permissionOf(grant: Grant): Permission {
  return permissionFrom(grant.actions, grant.notActions ?? [], abacOf(grant), grant.id);
}

export function permissionFrom(
  actions: readonly string[],
  notActions: readonly string[],
  condition: string | undefined,
  grant: string | undefined,
): Permission {
  return {
    actions: actions.map(patternOf),
    notActions: notActions.map(patternOf),
    condition: condition === undefined ? undefined : parseCondition(condition),
    grant,
    known: new Map(),
  };
}

/** The text of a grant's ABAC condition. */
export function abacOf({ condition }: Grant): string | undefined {
  if (typeof condition !== 'object' || condition === null || !('abac' in condition)) return undefined;
  return typeof condition.abac === 'string' ? condition.abac : undefined;
}

/** A pattern never reaches over to the other plane: `*` in front of data actions has its own `data:`. */
function patternOf(text: string): Pattern {
  const lower = text.toLowerCase();
  return { text: lower, glob: compileGlob(lower) };
}

/** Whether a list names what is asked: all of it, a part of it, or nothing. */
function relation(patterns: readonly Pattern[], question: ActionQuestion): 'all' | 'part' | 'none' {
  const data = question.text.startsWith('data:');
  let found: 'part' | 'none' = 'none';
  for (const { text, glob } of patterns) {
    if (text.startsWith('data:') !== data) continue;
    if (globCovers(glob, question.glob)) return 'all';
    if (question.pattern && globsOverlap(glob, question.glob)) found = 'part';
  }
  return found;
}

function namedBy(permission: Permission, question: ActionQuestion): Named {
  const known = permission.known.get(question.text);
  if (known !== undefined) return known;
  const named = relation(permission.actions, question);
  const found: Named = { named, gaps: named === 'none' ? [] : gapsOf(permission, question) };
  if (permission.known.size < MOST_QUESTIONS) permission.known.set(question.text, found);
  return found;
}

/** Whether a permission by itself has to say anything to a question: most have not. */
export function speaksOf(permission: Permission, question: ActionQuestion): boolean {
  const { named, gaps } = namedBy(permission, question);
  return named === 'all' && !gaps.includes(question);
}

/** What of a pattern is taken off it, as patterns that can be asked for themselves; undefined where that is no pattern. */
function gapsOf(permission: Permission, question: ActionQuestion): readonly (ActionQuestion | undefined)[] {
  const data = question.text.startsWith('data:');
  return permission.notActions
    .filter(({ text, glob }) => text.startsWith('data:') === data && globsOverlap(glob, question.glob))
    .map(({ text, glob }) => {
      if (globCovers(glob, question.glob)) return question;
      return globCovers(question.glob, glob) ? askAction(text) : undefined;
    });
}

/** A permission as it reaches somebody: how sure that is, and the ids that say so. */
export interface Held {
  readonly permission: Permission;
  readonly answer: Answer;
}

/**
 * Whether permissions together allow what is asked. `notActions` is no deny: what one role leaves out another may give. A
 * pattern is allowed when one permission names all of it and the others fill what that one leaves out.
 */
export function allowed(
  held: readonly Held[],
  question: ActionQuestion,
  facts: ConditionFacts,
): { readonly answer: Answer; readonly by: readonly Held[] } {
  const found: { readonly one: Held; readonly result: Answer }[] = [];
  for (const one of held) {
    const { permission, answer } = one;
    const { named, gaps } = namedBy(permission, question);
    if (named !== 'all') continue;
    const others = gaps.length === 0 ? [] : held.filter((other) => other !== one);
    const filled = gaps.map((gap) => {
      if (gap === undefined) return { if: [`none of what ${question.text} leaves out`] };
      // What is left out of all of it is left to the others to give, and they are asked anyway.
      return gap === question ? 'no' : allowed(others, gap, { ...facts, action: bare(gap.text) }).answer;
    });
    const own = permission.condition === undefined ? 'yes' : conditionAnswer(permission.condition, facts);
    const result = filled.length === 0 && own === 'yes' ? answer : and(answer, own, ...filled);
    if (result !== 'no') found.push({ one, result });
  }
  const answer = or('no', ...found.map(({ result }) => result));
  // What only might give it proves nothing where something does.
  const proving = answer === 'yes' ? found.filter(({ result }) => result === 'yes') : found;
  return { answer, by: proving.map(({ one }) => one) };
}

/** What a permission with `*` leaves out, for people; undefined for one that has no `*`. */
export function exceptionsOf(permission: Permission): readonly string[] | undefined {
  if (!permission.actions.some(({ text }) => /^\*+$/.test(text))) return undefined;
  return permission.notActions.filter(({ text }) => !text.startsWith('data:')).map(({ text }) => text);
}

/** Whether a deny names what is asked. */
export function denies(permission: Permission, question: ActionQuestion, facts: ConditionFacts): Answer {
  const { named, gaps } = namedBy(permission, question);
  if (named === 'none') return 'no';
  if (gaps.includes(question)) return 'no';
  // Of a pattern that asks for all, a part that is denied is enough to say that not all is allowed; with gaps, it depends.
  const answer: Answer =
    named === 'all' && gaps.length === 0 ? 'yes' : { if: [`${question.text} is among what is denied`] };
  return permission.condition === undefined ? answer : and(answer, conditionAnswer(permission.condition, facts));
}

/** The action without the mark of its plane. */
export function bare(action: string): string {
  return action.startsWith('data:') ? action.slice(5) : action;
}
