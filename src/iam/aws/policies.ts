import type { Grant } from '../../model/grant.ts';
import { type Content, policyOf, type Statement, StatementSet, statementOf } from './statement.ts';

/** All that limits and gives what one principal can do, from every policy that reaches it. */
export interface Policies {
  readonly allow: StatementSet;
  /** Of identity policies and boundaries alike: an explicit Deny counts wherever it stands. */
  readonly deny: StatementSet;
  /** Present when there is a boundary; what none of these allows, no identity policy gives. */
  readonly boundary: { readonly allow: StatementSet; readonly unread: readonly Unread[] } | undefined;
  /** Policies that reach the principal and whose content is not known. */
  readonly unread: readonly Unread[];
}

export interface Unread {
  /** The grant or membership that stands for it, if there is one. */
  readonly grant: string | undefined;
  /** For people: `policy:arn:…`, `group:…`. */
  readonly what: string;
}

/**
 * Sorts the grants of a principal and of its groups. Aggregation comes before any decision: an Allow here and a Deny there
 * belong together, however many policies they come from.
 */
export function collectPolicies(grants: readonly Grant[]): Policies {
  const allow: Statement[] = [];
  const deny: Statement[] = [];
  const unread: Unread[] = [];
  const boundaryAllow: Statement[] = [];
  const boundaryUnread: Unread[] = [];
  let bounded = false;
  for (const grant of grants) {
    const boundary = grant.role === 'boundary';
    bounded ||= boundary;
    const content = grant.unknownContent === true ? WELL_KNOWN.get(policyOf(grant)) : grant;
    if (content === undefined) (boundary ? boundaryUnread : unread).push({ grant: grant.id, what: policyOf(grant) });
    else if (grant.effect === 'deny') deny.push(statementOf(grant, content));
    else (boundary ? boundaryAllow : allow).push(statementOf(grant, content));
  }
  return {
    allow: new StatementSet(allow),
    deny: new StatementSet(deny),
    boundary: bounded ? { allow: new StatementSet(boundaryAllow), unread: boundaryUnread } : undefined,
    unread,
  };
}

/**
 * Policies of AWS that are the same in every account and have only ever had one version, for exports that leave AWS's own
 * policies out. Source: AWS Managed Policy Reference, AdministratorAccess.
 */
const WELL_KNOWN: ReadonlyMap<string, Content> = new Map(
  ['aws', 'aws-cn', 'aws-us-gov'].map((partition) => [
    `policy:arn:${partition}:iam::aws:policy/AdministratorAccess`,
    { actions: ['*'], resources: ['*'] },
  ]),
);
