import type { AccessDetail } from '../../model/access-request.ts';
import type { PostgresGrant } from './postgres-target.ts';

/**
 * The group roles that together give what is asked, and nothing beyond: a grant is taken only when all of its actions and all of its
 * resources were asked. Resources are names, compared as they stand.
 *
 * @returns undefined when something that was asked is not covered.
 */
export function chooseRoles(
  grants: readonly PostgresGrant[],
  asked: Pick<AccessDetail, 'actions' | 'resources'>,
): readonly string[] | undefined {
  const exact = grants.filter(
    (grant) =>
      grant.actions.every((action) => asked.actions.includes(action)) &&
      grant.resources.every((resource) => asked.resources.includes(resource)),
  );
  const covered = asked.actions.every((action) =>
    asked.resources.every((resource) =>
      exact.some((grant) => grant.actions.includes(action) && grant.resources.includes(resource)),
    ),
  );
  if (!covered || exact.length === 0) return undefined;
  return [...new Set(exact.flatMap(({ roles }) => roles))];
}
