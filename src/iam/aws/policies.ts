import { DOCUMENT_ELSEWHERE, type Grant } from '../../model/grant.ts';
import { type Content, policyOf, type Statement, StatementSet, statementOf } from './statement.ts';

/** All that limits and gives what one principal can do, from every policy that reaches it. */
export interface Policies {
  readonly allow: StatementSet;
  /** Of identity policies, boundaries and sessions alike: an explicit Deny counts wherever it stands. */
  readonly deny: StatementSet;
  /** Present when there is a boundary; what none of these allows, no identity policy gives. */
  readonly boundary: Ceiling | undefined;
  /** Present for a principal that stands for one session with policies of its own. */
  readonly session: Ceiling | undefined;
  /** What the organization leaves to whoever acts in the account. */
  readonly organization: Guard;
  /** Policies that reach the principal and whose content is not known. */
  readonly unread: readonly Unread[];
}

/** What must allow an action beside the policies that give it. */
export interface Ceiling {
  readonly allow: StatementSet;
  readonly unread: readonly Unread[];
}

/** Levels of an organization from its root to the account: each must allow, and none may deny. */
export interface Guard {
  readonly levels: readonly Ceiling[];
  readonly deny: StatementSet;
}

export const NO_GUARD: Guard = { levels: [], deny: new StatementSet([]) };

export interface Unread {
  /** The grant or membership that stands for it, if there is one. */
  readonly grant: string | undefined;
  /** For people: `policy:arn:…`, `group:…`. */
  readonly what: string;
  /** The source that names it never has the content: a state attaches policies of AWS, and shows those of its own resources only. */
  readonly elsewhere?: true;
}

/**
 * Sorts the grants of a principal and of its groups. Aggregation comes before any decision: an Allow here and a Deny there
 * belong together, however many policies they come from.
 */
export function collectPolicies(grants: readonly Grant[], organization: Guard = NO_GUARD): Policies {
  const of = (...roles: readonly Grant['role'][]) => grants.filter(({ role }) => roles.includes(role));
  const identity = of('identity');
  const ceilingOf = (role: Grant['role']) => (of(role).length === 0 ? undefined : readCeiling(of(role)));
  return {
    ...readCeiling(identity),
    deny: new StatementSet(statementsOf(of('identity', 'boundary', 'session'), 'deny')),
    boundary: ceilingOf('boundary'),
    session: ceilingOf('session'),
    organization,
  };
}

/** What some policies allow together. */
export function readCeiling(grants: readonly Grant[]): Ceiling {
  return {
    allow: new StatementSet(statementsOf(grants, 'allow')),
    unread: grants
      .filter((grant) => contentOf(grant) === undefined)
      .map((grant) => ({
        grant: grant.id,
        what: policyOf(grant),
        ...(grant.via.includes(DOCUMENT_ELSEWHERE) ? { elsewhere: true as const } : {}),
      })),
  };
}

/** The statements of one effect, of policies whose content is known. */
export function statementsOf(grants: readonly Grant[], effect: Grant['effect']): readonly Statement[] {
  return grants.flatMap((grant) => {
    const content = contentOf(grant);
    return grant.effect === effect && content !== undefined ? [statementOf(grant, content)] : [];
  });
}

/** All that an action must be allowed by, beside what gives it. */
export function ceilingsOf({ boundary, session, organization }: Policies): readonly Ceiling[] {
  return [boundary, session, ...organization.levels].filter((ceiling) => ceiling !== undefined);
}

function contentOf(grant: Grant): Content | undefined {
  return grant.unknownContent === true ? WELL_KNOWN.get(policyOf(grant)) : grant;
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
