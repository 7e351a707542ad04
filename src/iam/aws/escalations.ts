import type { EscalationRow } from './escalation.ts';
import { ESCALATIONS_BY_EXISTING_COMPUTE } from './escalations-by-existing-compute.ts';
import { ESCALATIONS_BY_IAM } from './escalations-by-iam.ts';
import { ESCALATIONS_BY_NEW_COMPUTE } from './escalations-by-new-compute.ts';

/**
 * Every way that the evaluator looks for. Sources: the catalogue of pathfinding.cloud (`path`); for the rest see
 * `docs/sources/aws.md`.
 */
export const ESCALATIONS: readonly EscalationRow[] = [
  ...ESCALATIONS_BY_IAM,
  ...ESCALATIONS_BY_NEW_COMPUTE,
  ...ESCALATIONS_BY_EXISTING_COMPUTE,
];

/** Kinds of resources that an action works on, where the ARN's service is not the action's. */
export const RESOURCE_SERVICES: Readonly<Record<string, readonly string[]>> = {
  'ec2-instance-connect': ['ec2'],
  sso: ['sso'],
  ssm: ['ssm', 'ec2'],
};
