import { type Answer, and, not } from '../../model/answer.ts';
import type { Principal } from '../../model/principal.ts';
import type { Access, Denial } from './access.ts';
import { conditionAnswer } from './condition.ts';

/** Where something is denied, and how sure that is. */
export interface DeniedAt {
  readonly node: string;
  readonly answer: Answer;
  readonly grant: string;
}

/** Deny rules that may hit one principal, asked for one permission after the other. */
export class Denials {
  readonly #found: readonly { readonly denial: Denial; readonly applies: Answer }[];
  readonly #now: Date;

  constructor(access: Access, principal: Principal, now: Date) {
    this.#now = now;
    this.#found = access
      .denialsFor(principal)
      .map(({ denial, certain }) => ({ denial, applies: appliesTo(denial, certain, principal, access) }))
      .filter(({ applies }) => applies !== 'no');
  }

  of(permission: string): readonly DeniedAt[] {
    return this.#found.flatMap(({ denial, applies }): DeniedAt[] => {
      const { grant, node, exceptPermissions } = denial;
      if (!grant.actions.some((pattern) => matchesDenied(pattern, permission))) return [];
      if (exceptPermissions.some((pattern) => matchesDenied(pattern, permission))) return [];
      // Conditions of deny rules are about tags of resources only, and no export shows those.
      const answer = and(applies, conditionAnswer(grant.condition, { now: this.#now }));
      return answer === 'no' ? [] : [{ node, answer, grant: grant.id }];
    });
  }
}

function appliesTo(denial: Denial, certain: boolean, principal: Principal, access: Access): Answer {
  const who = access.inventory.principals.get(denial.grant.principal)?.name ?? denial.grant.principal;
  const named: Answer = certain ? 'yes' : { if: [`${principal.name} is a member of ${who}`] };
  const exempt = [...denial.exceptPrincipals].map((id): Answer => {
    const answer = access.mayBe(id, principal);
    if (answer !== 'maybe') return not(answer);
    return { if: [`${principal.name} is no member of ${access.inventory.principals.get(id)?.name ?? id}`] };
  });
  return and(named, ...exempt);
}

/** Services whose name in deny rules is not that in roles. */
const SERVICES: Readonly<Record<string, string>> = { cloudresourcemanager: 'resourcemanager', sqladmin: 'cloudsql' };

const PATTERN = /^([a-z0-9*-]+)\.googleapis\.com\/(.+)$/;

/**
 * Whether a permission as deny rules write it (`iam.googleapis.com/roles.update`, with `*` for a whole part) is one as roles
 * write it (IAM documentation, Deny policies, permissions and permission groups).
 */
export function matchesDenied(pattern: string, permission: string): boolean {
  const [, service = '', rest = ''] = PATTERN.exec(pattern) ?? [];
  if (rest === '') return pattern === permission;
  const [own, ownRest] = partsOf(permission);
  if (service !== '*' && (SERVICES[service] ?? service) !== own) return false;
  const parts = rest.split('.');
  const wanted = ownRest.split('.');
  if (parts.length === 1 && parts[0] === '*') return true;
  return parts.length === wanted.length && parts.every((part, index) => part === '*' || part === wanted[index]);
}

function partsOf(permission: string): readonly [string, string] {
  const [, service, rest] = PATTERN.exec(permission) ?? [];
  if (service !== undefined && rest !== undefined) return [SERVICES[service] ?? service, rest];
  const dot = permission.indexOf('.');
  return [permission.slice(0, dot), permission.slice(dot + 1)];
}
