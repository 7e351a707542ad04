import { type Answer, and, not, or } from '../../model/answer.ts';
import { anyOf } from './answers.ts';
import { evaluateCondition } from './conditions.ts';
import type { RequestContext } from './context.ts';
import { type Ceiling, ceilingsOf, type Policies, type Unread } from './policies.ts';
import { type ActionQuestion, type Asked, ask } from './question.ts';
import { actionRelation, patternRelation, relationAnswer, resourceRelation } from './relation.ts';
import type { Statement, StatementSet } from './statement.ts';
import { expandVariables } from './variables.ts';

/** An answer and the ids of the grants that lead to it. */
export interface Decision {
  readonly answer: Answer;
  readonly grants: readonly string[];
}

const REFUSED: Decision = { answer: 'no', grants: [] };

/**
 * Whether a principal's policies let it do the action on the resource; on every one when the question is a pattern. Only what
 * the side of the caller says, with its organization's control policies; resource policies are asked in `asker.ts`.
 *
 * Source: IAM User Guide, "Policy evaluation logic": explicit Deny, then organization policies and the boundary, then an Allow.
 */
export function decide(policies: Policies, action: ActionQuestion, resource: Asked, context: RequestContext): Decision {
  const given = allowed(policies.allow, policies.unread, action, resource, context);
  if (given.answer === 'no') return REFUSED;
  const limits = ceilingsOf(policies).map((ceiling) => withinCeiling(ceiling, action, resource, context));
  const answer = and(given.answer, ...limits, not(deniedBy(policies, action, resource, context)));
  return answer === 'no' ? REFUSED : { answer, grants: given.grants };
}

/** Whether a ceiling lets the action on the resource through. */
export function withinCeiling(
  { allow, unread }: Ceiling,
  action: ActionQuestion,
  resource: Asked,
  context: RequestContext,
): Answer {
  return allowed(allow, unread, action, resource, context).answer;
}

/** Whether an explicit Deny on the side of the caller takes it away: of its own policies, or of its organization. */
export function deniedBy(
  { deny, organization }: Policies,
  action: ActionQuestion,
  resource: Asked,
  context: RequestContext,
  part?: 'no',
): Answer {
  return or(denied(deny, action, resource, context, part), denied(organization.deny, action, resource, context, part));
}

/**
 * Whether it can do the action on some resource of the given kinds (patterns such as `arn:*:lambda:*`).
 *
 * @param ignore leaves out what an Allow reaches, by its pattern.
 */
export function decideSome(
  policies: Policies,
  action: ActionQuestion,
  kinds: readonly Asked[],
  context: RequestContext,
  ignore: (resource: Asked) => boolean = () => false,
): Decision {
  const answers: Answer[] = policies.unread.map(({ what }) => ({ if: [`${what} (not read) allows it`] }));
  const grants: string[] = [];
  const ceilings = ceilingsOf(policies);
  for (const statement of policies.allow.about(action)) {
    if (actionRelation(statement.actions, action) !== 'all') continue;
    const condition = evaluateCondition(statement.condition, context);
    if (condition === 'no') continue;
    for (const target of reachedOf(statement, kinds, context)) {
      if (typeof target === 'string') {
        answers.push({ if: [target] });
        continue;
      }
      if (ignore(target)) continue;
      const limits = ceilings.map((ceiling) => ceilingOnSome(ceiling, action, target, context));
      const answer = and(condition, ...limits, not(deniedBy(policies, action, target, context, 'no')));
      if (answer === 'no') continue;
      answers.push(answer);
      if (statement.grant !== '') grants.push(statement.grant);
    }
  }
  const answer = anyOf(answers);
  return answer === 'no' ? REFUSED : { answer, grants: [...new Set(grants)] };
}

/** The parts of `kinds` that an Allow speaks of; a text where that depends on something that is not known. */
function reachedOf(
  statement: Statement,
  kinds: readonly Asked[],
  context: RequestContext,
): readonly (Asked | string)[] {
  const { resources } = statement;
  return kinds.flatMap((kind) => {
    const whole = resourceRelation(resources, kind, context, false);
    if (whole === 'all') return [kind];
    if (whole === 'none') return [];
    // All but some: the exceptions leave something of a kind that they do not cover as a whole.
    if (resources.inverted) return [kind];
    return resources.texts.flatMap((pattern): (Asked | string)[] => {
      const expansion = expandVariables(pattern, context);
      if (expansion.kind === 'nothing') return [];
      if (expansion.kind === 'unknown') return [`${expansion.variable} in the resource ${pattern}`];
      return patternRelation(expansion.glob, kind) === 'none' ? [] : [{ ...ask(expansion.text), glob: expansion.glob }];
    });
  });
}

function ceilingOnSome(ceiling: Ceiling, action: ActionQuestion, target: Asked, context: RequestContext): Answer {
  const answers = ceiling.allow
    .about(action)
    .map((statement) =>
      and(
        relationAnswer(actionRelation(statement.actions, action), 'no'),
        relationAnswer(resourceRelation(statement.resources, target, context, false), 'yes'),
        evaluateCondition(statement.condition, context),
      ),
    );
  return or(anyOf(answers), anyOf(ceiling.unread.map(unreadAnswer)));
}

/** What some statements allow, and which of them say so. */
export function allowed(
  statements: StatementSet,
  unread: readonly Unread[],
  action: ActionQuestion,
  resource: Asked,
  context: RequestContext,
): Decision {
  let answer: Answer = 'no';
  const sure: string[] = [];
  const unsure: string[] = [];
  for (const statement of statements.about(action)) {
    const one = applies(statement, action, resource, context, 'no', false);
    if (one === 'no') continue;
    if (statement.grant !== '') (one === 'yes' ? sure : unsure).push(statement.grant);
    answer = or(answer, one);
  }
  if (answer === 'yes') return { answer, grants: sure };
  return {
    answer: or(answer, anyOf(unread.map(unreadAnswer))),
    grants: [...unsure, ...unread.flatMap(({ grant }) => grant ?? [])],
  };
}

/**
 * Whether a Deny takes away what is asked.
 *
 * @param part what a Deny comes to that hits a part of what is asked: for "can it do so everywhere" that is an exception that
 *   the answer must name, for "can it do so anywhere" it is nothing.
 */
export function denied(
  statements: StatementSet,
  action: ActionQuestion,
  resource: Asked,
  context: RequestContext,
  part?: 'no',
): Answer {
  let answer: Answer = 'no';
  for (const statement of statements.about(action)) {
    const exception: Answer = part ?? { if: [`${statement.policy} denies ${exceptionOf(statement)}`] };
    answer = or(answer, applies(statement, action, resource, context, exception, true));
    if (answer === 'yes') break;
  }
  return answer;
}

function applies(
  statement: Statement,
  action: ActionQuestion,
  resource: Asked,
  context: RequestContext,
  part: Answer,
  deny: boolean,
): Answer {
  const onAction = relationAnswer(actionRelation(statement.actions, action), part);
  if (onAction === 'no') return 'no';
  const onResource = relationAnswer(resourceRelation(statement.resources, resource, context, deny), part);
  if (onResource === 'no') return 'no';
  return and(onAction, onResource, evaluateCondition(statement.condition, context));
}

const SHOWN = 3;

function exceptionOf({ actions, resources }: Statement): string {
  const what = `${actions.inverted ? 'all but ' : ''}${shorten(actions.texts)}`;
  return resources.everything ? what : `${what} on ${resources.inverted ? 'all but ' : ''}${shorten(resources.texts)}`;
}

function shorten(texts: readonly string[]): string {
  return texts.length > SHOWN
    ? `${texts.slice(0, SHOWN).join(', ')} and ${texts.length - SHOWN} more`
    : texts.join(', ');
}

function unreadAnswer({ what }: Unread): Answer {
  return { if: [`${what} (not read) allows it`] };
}
