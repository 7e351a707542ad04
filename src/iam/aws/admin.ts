import { type Answer, and, not, or } from '../../model/answer.ts';
import type { Subject } from './access.ts';
import { allOf, anyOf } from './answers.ts';
import { evaluateCondition } from './conditions.ts';
import type { RequestContext } from './context.ts';
import { type Decision, denied, withinCeiling } from './decision.ts';
import type { Ceiling, Guard, Policies, Unread } from './policies.ts';
import { type ActionQuestion, ask, askAction } from './question.ts';
import { actionRelation, patternRelation } from './relation.ts';
import type { Statement, StatementSet } from './statement.ts';

const EVERYTHING = ask('*');
const ANY_ACTION = askAction('*');
const ALL_OF_IAM = askAction('iam:*');

/**
 * Whether a principal is admin of its account: `*` on `*`, by one statement or by several that leave no gap, within its
 * boundary and after every Deny. With exceptions that leave it all of IAM it is admin "apart from" them, an `if`; without all
 * of IAM it is not. What the organization keeps from everybody in the account is no exception, as long as IAM is left.
 */
export function adminDecision({ policies, context }: Subject): Decision {
  return adminOf(policies, context);
}

/** The same for a set of policies, whoever has them. */
export function adminOf(policies: Policies, context: RequestContext): Decision {
  const given = everythingAllowed(policies.allow, policies.unread, context);
  if (given.answer === 'no') return given;
  const answer = and(
    given.answer,
    ceilingAnswer(policies, context),
    not(denied(policies.deny, ANY_ACTION, EVERYTHING, context)),
    not(denied(policies.deny, ALL_OF_IAM, EVERYTHING, context)),
  );
  return answer === 'no' ? { answer, grants: [] } : { answer, grants: given.grants };
}

function everythingAllowed(statements: StatementSet, unread: readonly Unread[], context: RequestContext): Decision {
  const wide = statements.all.filter(({ resources }) => resources.everything && !resources.inverted);
  const grants: string[] = [];
  let answer: Answer = 'no';
  for (const statement of wide) {
    const one = and(evaluateCondition(statement.condition, context), actionsAnswer(statement, wide, context));
    if (one === 'no') continue;
    answer = or(answer, one);
    if (statement.grant !== '') grants.push(statement.grant);
  }
  if (answer === 'yes') return { answer, grants };
  return {
    answer: or(answer, anyOf(unread.map(({ what }): Answer => ({ if: [`${what} (not read) allows it`] })))),
    grants: [...grants, ...unread.flatMap(({ grant }) => grant ?? [])],
  };
}

/** Whether a statement names every action; for NotAction, whether the other statements fill what it leaves out. */
function actionsAnswer(statement: Statement, wide: readonly Statement[], context: RequestContext): Answer {
  const { actions } = statement;
  if (!actions.inverted) return actionRelation(actions, ANY_ACTION) === 'all' ? 'yes' : 'no';
  return allOf(actions.texts.map((text) => gapAnswer(text, statement, wide, context)));
}

function gapAnswer(text: string, statement: Statement, wide: readonly Statement[], context: RequestContext): Answer {
  // Every action has a service; a name without one takes nothing away.
  if (!text.includes(':') && !text.includes('*')) return 'yes';
  const gap = askAction(text);
  const filled = wide
    .filter((other) => other !== statement && actionRelation(other.actions, gap) === 'all')
    .map((other) => evaluateCondition(other.condition, context));
  return or(leftOut(gap), anyOf(filled));
}

function leftOut(gap: ActionQuestion): Answer {
  return patternRelation(gap.glob, ALL_OF_IAM) === 'all' ? 'no' : { if: [`apart from ${gap.text}`] };
}

/** How much of everything a boundary, a session and the organization let through; `yes` when there are none. */
export function ceilingAnswer({ boundary, session, organization }: Policies, context: RequestContext): Answer {
  const whole = (ceiling: Ceiling | undefined): Answer =>
    ceiling === undefined ? 'yes' : everythingAllowed(ceiling.allow, ceiling.unread, context).answer;
  return and(whole(boundary), whole(session), leavesAdmin(organization, context));
}

/** Whether an organization's policies leave IAM, and something at all, to who is admin of an account. */
function leavesAdmin({ levels, deny }: Guard, context: RequestContext): Answer {
  return and(
    ...levels.map((level) => withinCeiling(level, ALL_OF_IAM, EVERYTHING, context)),
    not(denied(deny, ALL_OF_IAM, EVERYTHING, context, 'no')),
    not(denied(deny, ANY_ACTION, EVERYTHING, context, 'no')),
  );
}
