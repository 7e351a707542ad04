import { type Answer, and, not, or } from '../../model/answer.ts';
import type { Subject } from './access.ts';
import { evaluateCondition } from './conditions.ts';
import type { RequestContext } from './context.ts';
import { type Decision, denied } from './decision.ts';
import type { Policies, Unread } from './policies.ts';
import { type ActionQuestion, ask, askAction } from './question.ts';
import { actionRelation, patternRelation } from './relation.ts';
import type { Statement, StatementSet } from './statement.ts';

const EVERYTHING = ask('*');
const ANY_ACTION = askAction('*');
const ALL_OF_IAM = askAction('iam:*');

/**
 * Whether a principal is admin of its account: `*` on `*`, by one statement or by several that leave no gap, within its
 * boundary and after every Deny. With exceptions that leave it all of IAM it is admin "apart from" them, an `if`; without all
 * of IAM it is not.
 */
export function adminDecision({ principal, policies, context }: Subject): Decision {
  if (principal.kind === 'root') return { answer: 'yes', grants: [] };
  return adminOf(policies, context);
}

/** The same for a set of policies, whoever has them. */
export function adminOf(policies: Policies, context: RequestContext): Decision {
  const given = everythingAllowed(policies.allow, policies.unread, context);
  if (given.answer === 'no') return given;
  const answer = and(
    given.answer,
    boundaryAnswer(policies, context),
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
    grants.push(statement.grant);
  }
  if (answer === 'yes') return { answer, grants };
  return {
    answer: or(answer, ...unread.map(({ what }): Answer => ({ if: [`${what} (not read) allows it`] }))),
    grants: [...grants, ...unread.flatMap(({ grant }) => grant ?? [])],
  };
}

/** Whether a statement names every action; for NotAction, whether the other statements fill what it leaves out. */
function actionsAnswer(statement: Statement, wide: readonly Statement[], context: RequestContext): Answer {
  const { actions } = statement;
  if (!actions.inverted) return actionRelation(actions, ANY_ACTION) === 'all' ? 'yes' : 'no';
  return and(...actions.texts.map((text) => gapAnswer(text, statement, wide, context)));
}

function gapAnswer(text: string, statement: Statement, wide: readonly Statement[], context: RequestContext): Answer {
  // Every action has a service; a name without one takes nothing away.
  if (!text.includes(':') && !text.includes('*')) return 'yes';
  const gap = askAction(text);
  const filled = wide
    .filter((other) => other !== statement && actionRelation(other.actions, gap) === 'all')
    .map((other) => evaluateCondition(other.condition, context));
  return or(leftOut(gap), ...filled);
}

function leftOut(gap: ActionQuestion): Answer {
  return patternRelation(gap.glob, ALL_OF_IAM) === 'all' ? 'no' : { if: [`apart from ${gap.text}`] };
}

/** How much of everything a boundary lets through; `yes` when there is none. */
export function boundaryAnswer({ boundary }: Policies, context: RequestContext): Answer {
  return boundary === undefined ? 'yes' : everythingAllowed(boundary.allow, boundary.unread, context).answer;
}
