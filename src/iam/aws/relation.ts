import type { Answer } from '../../model/answer.ts';
import { matchesStrictly } from './arn-pattern.ts';
import type { RequestContext } from './context.ts';
import { ANY_ONE, compileGlob, type Glob, globCovers, globsOverlap, STAR } from './glob.ts';
import { expandVariables, hasVariables } from './variables.ts';

/** How much of what a question asks for is named by a statement: all of it, a part, nothing, or it depends. */
export type Relation = 'all' | 'part' | 'none' | { readonly if: readonly string[] };

/** The actions of a statement, shared by all statements that list the same ones. */
export interface ActionList {
  readonly patterns: readonly Glob[];
  readonly texts: readonly string[];
  /** True for NotAction: everything but these. */
  readonly inverted: boolean;
  /** One cell per action of the known tables: 0 not asked yet, 1 named, 2 not named. */
  readonly memo: Uint8Array;
}

/** The resources of a statement, shared likewise. */
export interface ResourceList {
  readonly patterns: readonly string[];
  /** Compiled; undefined where a pattern has variables and must be compiled per principal. */
  readonly globs: readonly (Glob | undefined)[];
  readonly inverted: boolean;
  /** Names every resource without looking. */
  readonly everything: boolean;
}

/** What is asked for: a name or ARN, or a pattern that stands for all that it matches. */
export interface Asked {
  readonly text: string;
  readonly glob: Glob;
  /** Without wildcards: then there are no parts. */
  readonly concrete: boolean;
}

/** An action that is asked for, without capitals. */
export interface ActionQuestion extends Asked {
  /** Position in the memo of action lists, for the actions that are asked of everybody. */
  readonly slot?: number;
}

export function askAction(action: string, slot?: number): ActionQuestion {
  return { ...asked(action.toLowerCase()), ...(slot === undefined ? {} : { slot }) };
}

export function asked(text: string): Asked {
  const glob = compileGlob(text);
  return { text, glob, concrete: !glob.some((unit) => unit === STAR || unit === ANY_ONE) };
}

export function actionRelation(list: ActionList, question: ActionQuestion): Relation {
  const { slot } = question;
  if (slot === undefined) return invertIf(list.inverted, patternsRelation(list.patterns, question));
  const known = list.memo[slot];
  if (known === 1) return 'all';
  if (known === 2) return 'none';
  const named = (patternsRelation(list.patterns, question) === 'all') !== list.inverted;
  list.memo[slot] = named ? 1 : 2;
  return named ? 'all' : 'none';
}

/**
 * @param strict of a Deny: what matches only by an undocumented reading of the pattern is not proven.
 */
export function resourceRelation(
  list: ResourceList,
  question: Asked,
  context: RequestContext,
  strict: boolean,
): Relation {
  if (list.everything) return list.inverted ? 'none' : 'all';
  let relation: Relation = 'none';
  for (const [index, pattern] of list.patterns.entries()) {
    relation = union(relation, onePattern(pattern, list.globs[index], question, context, strict !== list.inverted));
    if (relation === 'all') break;
  }
  return invertIf(list.inverted, relation);
}

function onePattern(
  pattern: string,
  compiled: Glob | undefined,
  question: Asked,
  context: RequestContext,
  strict: boolean,
): Relation {
  const expansion =
    compiled === undefined ? expandVariables(pattern, context) : { kind: 'glob' as const, glob: compiled };
  if (expansion.kind === 'nothing') return 'none';
  if (expansion.kind === 'unknown') return { if: [`${expansion.variable} in the resource ${pattern}`] };
  const relation = patternRelation(expansion.glob, question);
  if (relation === 'all' && strict && !matchesStrictly(expansion.glob, question.glob)) {
    return { if: [`${pattern} reaches over a colon`] };
  }
  return relation;
}

export function patternRelation(pattern: Glob, question: Asked): Relation {
  if (globCovers(pattern, question.glob)) return 'all';
  return !question.concrete && globsOverlap(pattern, question.glob) ? 'part' : 'none';
}

function patternsRelation(patterns: readonly Glob[], question: Asked): Relation {
  let relation: Relation = 'none';
  for (const pattern of patterns) {
    relation = union(relation, patternRelation(pattern, question));
    if (relation === 'all') break;
  }
  return relation;
}

function union(first: Relation, second: Relation): Relation {
  if (first === 'all' || second === 'all') return 'all';
  if (typeof first === 'object' && typeof second === 'object') return { if: [...first.if, ...second.if] };
  if (typeof first === 'object') return first;
  if (typeof second === 'object') return second;
  return first === 'part' || second === 'part' ? 'part' : 'none';
}

function invertIf(inverted: boolean, relation: Relation): Relation {
  if (!inverted) return relation;
  if (relation === 'all') return 'none';
  if (relation === 'none') return 'all';
  return typeof relation === 'string' ? relation : { if: relation.if.map((condition) => `not (${condition})`) };
}

/** A relation as an answer; `part` is what the caller makes of it. */
export function relationAnswer(relation: Relation, part: Answer): Answer {
  if (relation === 'all') return 'yes';
  if (relation === 'none') return 'no';
  return relation === 'part' ? part : relation;
}

/** Compiles lists once for all statements that say the same. */
export class Lists {
  readonly #actions = new Map<string, ActionList>();
  readonly #resources = new Map<string, ResourceList>();
  readonly #slots: number;

  constructor(slots: number) {
    this.#slots = slots;
  }

  actions(texts: readonly string[], inverted: boolean): ActionList {
    const key = `${inverted}\n${texts.join('\n')}`;
    const known = this.#actions.get(key);
    if (known !== undefined) return known;
    const patterns = texts.map((text) => compileGlob(text === '*:*' ? '*' : text.toLowerCase()));
    const list = { patterns, texts, inverted, memo: new Uint8Array(this.#slots) };
    this.#actions.set(key, list);
    return list;
  }

  resources(patterns: readonly string[], inverted: boolean): ResourceList {
    const key = `${inverted}\n${patterns.join('\n')}`;
    const known = this.#resources.get(key);
    if (known !== undefined) return known;
    const globs = patterns.map((pattern) => (hasVariables(pattern) ? undefined : compileGlob(pattern)));
    const list = { patterns, globs, inverted, everything: patterns.includes('*') };
    this.#resources.set(key, list);
    return list;
  }
}
