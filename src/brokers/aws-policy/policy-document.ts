import { z } from 'zod';
import type { JsonObject } from '../../model/json.ts';

const conditionsSchema = z.record(z.string(), z.record(z.string(), z.unknown()));
const documentSchema = z.looseObject({ Statement: z.array(z.looseObject({ Condition: conditionsSchema.optional() })) });

/**
 * Statements as a policy that ends: each gets the end, and the networks where there are any, beside the conditions that it has.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws-dates.html
 */
export function policyDocument(
  statements: readonly JsonObject[],
  expiresAt: Date,
  networks: readonly string[],
): string {
  const bounded = statements.map((statement) => {
    const own = conditionsSchema.parse(statement.Condition ?? {});
    const source = networks.length === 0 ? own : add(own, 'IpAddress', 'aws:SourceIp', networks);
    return {
      ...statement,
      Effect: 'Allow',
      Condition: add(source, 'DateLessThan', 'aws:CurrentTime', date(expiresAt)),
    };
  });
  return JSON.stringify({ Version: '2012-10-17', Statement: bounded });
}

/** The same policy with another end. */
export function withEnd(document: string, expiresAt: Date): string {
  const parsed = documentSchema.parse(JSON.parse(document));
  const statements = parsed.Statement.map((statement) => ({
    ...statement,
    Condition: add(statement.Condition ?? {}, 'DateLessThan', 'aws:CurrentTime', date(expiresAt)),
  }));
  return JSON.stringify({ ...parsed, Statement: statements });
}

function add(conditions: z.output<typeof conditionsSchema>, operator: string, key: string, value: unknown) {
  return { ...conditions, [operator]: { ...conditions[operator], [key]: value } };
}

/** To the second, rounded down: never above what policy allows. */
function date(at: Date): string {
  return new Date(Math.floor(at.getTime() / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}

/** Whether with an action somebody could keep what a policy gave: identities and keys of one's own, sessions, or anything at all. */
export function isLasting(action: string): boolean {
  const [service = '', verb = ''] = action.toLowerCase().split(':');
  if (/[*?]/.test(service)) return true;
  if (service === 'iam') return !/^(?:get|list|simulate|generate)/.test(verb);
  return ['sts', 'sso', 'organizations', 'rolesanywhere'].includes(service) && !/^(?:get|list|describe)/.test(verb);
}
