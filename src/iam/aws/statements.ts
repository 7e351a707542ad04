import type { Grant } from '../../model/grant.ts';
import type { Json } from '../../model/json.ts';
import type { ActionList, Lists, ResourceList } from './relation.ts';

/** A grant, compiled. */
export interface Statement {
  readonly grant: string;
  /** The policy that it stands in, for people: `policy:arn:…`. */
  readonly policy: string;
  readonly actions: ActionList;
  readonly resources: ResourceList;
  readonly condition: Json | undefined;
}

/** All that limits and gives what one principal can do, from every policy that reaches it. */
export interface Policies {
  readonly allow: readonly Statement[];
  /** Of identity policies and boundaries alike: an explicit Deny counts wherever it stands. */
  readonly deny: readonly Statement[];
  /** Present when there is a boundary; what none of these allows, no identity policy gives. */
  readonly boundary: { readonly allow: readonly Statement[]; readonly unread: readonly Unread[] } | undefined;
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
export function collectPolicies(own: readonly Grant[], groups: readonly Grant[], lists: Lists): Policies {
  const allow: Statement[] = [];
  const deny: Statement[] = [];
  const unread: Unread[] = [];
  const boundaryAllow: Statement[] = [];
  const boundaryUnread: Unread[] = [];
  let bounded = false;
  for (const grant of [...own, ...groups]) {
    const boundary = grant.role === 'boundary';
    bounded ||= boundary;
    const known = grant.unknownContent === true ? WELL_KNOWN.get(policyOf(grant)) : grant;
    if (known === undefined) (boundary ? boundaryUnread : unread).push({ grant: grant.id, what: policyOf(grant) });
    else if (grant.effect === 'deny') deny.push(compile(grant, known, lists));
    else (boundary ? boundaryAllow : allow).push(compile(grant, known, lists));
  }
  return { allow, deny, unread, boundary: bounded ? { allow: boundaryAllow, unread: boundaryUnread } : undefined };
}

type Content = Pick<Grant, 'actions' | 'notActions' | 'resources' | 'notResources' | 'condition'>;

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

export function policyOf(grant: Grant): string {
  return grant.via.find((step) => step.startsWith('policy:')) ?? grant.via.join(' ');
}

function compile(grant: Grant, content: Content, lists: Lists): Statement {
  const { actions, notActions, resources, notResources, condition } = content;
  return {
    grant: grant.id,
    policy: policyOf(grant),
    actions: lists.actions(notActions ?? actions, notActions !== undefined),
    resources: lists.resources(notResources ?? resources, notResources !== undefined),
    condition,
  };
}
