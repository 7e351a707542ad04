import { ESCALATIONS } from './escalations.ts';
import { IAM_WRITE_ACTIONS, SECRET_STORES } from './privileges.ts';
import { type ActionQuestion, askAction } from './question.ts';

/** Actions that are asked of every principal, compiled once. */
const KNOWN: ReadonlyMap<string, ActionQuestion> = new Map(
  [
    ...IAM_WRITE_ACTIONS,
    ...SECRET_STORES.flatMap((store) => store.actions),
    ...ESCALATIONS.flatMap((row) => [...(row.target ?? []), ...(row.policy ?? []), ...(row.anywhere ?? [])]),
    'sts:AssumeRole',
  ].map((action) => [action, askAction(action)]),
);

/** The question for an action. */
export function questionFor(action: string): ActionQuestion {
  return KNOWN.get(action) ?? askAction(action);
}
