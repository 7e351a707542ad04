import { ESCALATIONS } from './escalations.ts';
import { IAM_WRITE_ACTIONS, SECRET_STORES } from './privileges.ts';
import { type ActionQuestion, askAction } from './relation.ts';

/** Actions that are asked of every principal, compiled once, each with its place in the memo of action lists. */
const KNOWN: ReadonlyMap<string, ActionQuestion> = new Map(
  [
    ...new Set([
      'sts:AssumeRole',
      ...IAM_WRITE_ACTIONS,
      ...SECRET_STORES.flatMap((store) => store.actions),
      ...ESCALATIONS.flatMap((row) => [...(row.target ?? []), ...(row.policy ?? []), ...(row.anywhere ?? [])]),
    ]),
  ].map((action, slot) => [action, askAction(action, slot)]),
);

/** How many actions have a place in the memo. */
export const KNOWN_ACTIONS = KNOWN.size;

/** The question for an action. */
export function questionFor(action: string): ActionQuestion {
  return KNOWN.get(action) ?? askAction(action);
}
