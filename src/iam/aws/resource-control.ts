import type { Answer } from '../../model/answer.ts';
import type { RequestContext } from './context.ts';
import { denied } from './decision.ts';
import type { ActionQuestion, Asked } from './question.ts';
import type { StatementSet } from './statement.ts';

/**
 * Services whose resources resource control policies bound. Source: AWS Organizations User Guide, "List of AWS services that
 * support RCPs"; these were checked. The list grows: what a policy says of another service is not known to have no effect.
 */
const SUPPORTED: ReadonlySet<string> = new Set(['s3', 'sts', 'kms', 'sqs', 'secretsmanager', 'ecr']);

/** Whether resource control policies of the resource's account take it away. */
export function refusedByOrganization(
  deny: StatementSet,
  action: ActionQuestion,
  resource: Asked,
  context: RequestContext,
  part?: 'no',
): Answer {
  const answer = denied(deny, action, resource, context, part);
  if (answer === 'no' || (action.service !== undefined && SUPPORTED.has(action.service))) return answer;
  return { if: [`resource control policies apply to ${action.service ?? action.text}`] };
}
