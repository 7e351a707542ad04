import type { Answer } from '../../model/answer.ts';
import { matchesStrictly } from './arn-pattern.ts';
import type { RequestContext } from './context.ts';
import { type Glob, globCovers, globsOverlap } from './glob.ts';
import type { ActionQuestion, Asked } from './question.ts';
import type { ActionList, ResourceList } from './statement.ts';
import { expandVariables } from './variables.ts';

/** How much of what a question asks for is named by a statement: all of it, a part, nothing, or it depends. */
export type Relation = 'all' | 'part' | 'none' | { readonly if: readonly string[] };

export function actionRelation(list: ActionList, question: ActionQuestion): Relation {
  let relation: Relation = 'none';
  for (const pattern of list.globs) {
    relation = union(relation, patternRelation(pattern, question));
    if (relation === 'all') break;
  }
  return invertIf(list.inverted, relation);
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
  for (const [index, glob] of list.globs.entries()) {
    const pattern = list.texts[index] ?? '';
    relation = union(relation, onePattern(pattern, glob, question, context, strict !== list.inverted));
    if (relation === 'all') break;
  }
  return invertIf(list.inverted, relation);
}

function onePattern(
  pattern: string,
  glob: Glob | undefined,
  question: Asked,
  context: RequestContext,
  strict: boolean,
): Relation {
  const expansion = glob === undefined ? expandVariables(pattern, context) : { kind: 'glob' as const, glob };
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
