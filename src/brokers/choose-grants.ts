import type { AccessDetail } from '../model/access-request.ts';

/** What something at a target gives, in the words of requests. */
interface Grant {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/**
 * The grants that together give what is asked, and nothing beyond: a grant is taken only when all of its actions and all of its
 * resources were asked. Resources are names, compared as they stand.
 *
 * @returns undefined when something that was asked is not covered.
 */
export function chooseGrants<Given extends Grant>(
  grants: readonly Given[],
  asked: Pick<AccessDetail, 'actions' | 'resources'>,
): readonly Given[] | undefined {
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
  return covered && exact.length > 0 ? exact : undefined;
}

/** The roles of those grants. */
export function chooseRoles(
  grants: readonly (Grant & { readonly roles: readonly string[] })[],
  asked: Pick<AccessDetail, 'actions' | 'resources'>,
): readonly string[] | undefined {
  const chosen = chooseGrants(grants, asked);
  return chosen === undefined ? undefined : [...new Set(chosen.flatMap(({ roles }) => roles))];
}
