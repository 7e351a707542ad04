import type { JsonObject } from '../../model/json.ts';

/** What a policy allows, in the words of requests. */
export interface AwsPolicyGrant {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Statements of an IAM policy, all of them `Allow`; their end is added. */
  readonly statements: readonly JsonObject[];
}

/** An AWS account in which users and roles that exist get an inline policy for a time. */
export interface AwsPolicyTarget {
  readonly type: 'aws-policy';
  readonly id: string;
  readonly region: string;
  /** Of the shared configuration; without it, credentials are looked for as the AWS command line does. */
  readonly profile?: string;
  /** Instead of AWS's own. */
  readonly endpoint?: string;
  readonly grants: readonly AwsPolicyGrant[];
  /** Seconds. */
  readonly maxSeconds: number;
  /** Milliseconds, of each call. */
  readonly timeout: number;
}
