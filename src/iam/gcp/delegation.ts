import { and } from '../../model/answer.ts';
import type { Access } from './access.ts';
import type { Area } from './area.ts';
import { ESCALATIONS } from './escalations.ts';
import type { Way } from './ways.ts';

const TOKEN_WAY = 'gcp-access-token';
/** A chain of delegates is as long as somebody makes it; nobody makes it this long. */
const MAX_CHAIN = 8;

/**
 * Ways through delegates: whoever may delegate by an account has tokens of those that the account may have tokens of, or may
 * delegate to in turn (IAM documentation, Create credentials with a delegation chain). The delegate itself is not had.
 *
 * @param areas where each principal may delegate, and cannot simply have the account
 */
export function delegationWays(
  areas: ReadonlyMap<string, readonly Area[]>,
  ways: ReadonlyMap<string, readonly Way[]>,
  access: Access,
): ReadonlyMap<string, readonly Way[]> {
  const row = ESCALATIONS.find(({ over }) => over === 'delegated-accounts');
  const delegates = [...ways.keys()].filter(
    (id) => areas.has(id) || (ways.get(id) ?? []).some((way) => way.row.id === TOKEN_WAY),
  );
  const found = new Map<string, readonly Way[]>();
  if (row === undefined) return found;
  for (const [id, own] of areas) {
    const ends = new Map<string, Way>();
    const seen = new Set([id]);
    let links: readonly Area[] = own;
    for (let length = 0; links.length > 0 && length < MAX_CHAIN; length++) {
      const next: Area[] = [];
      for (const delegate of delegates) {
        const link = seen.has(delegate) ? undefined : linkTo(delegate, links, access);
        if (link === undefined) continue;
        seen.add(delegate);
        for (const way of ways.get(delegate) ?? []) {
          if (way.row.id !== TOKEN_WAY || way.to.kind !== 'accounts') continue;
          const end = joined(link, way);
          if (end !== undefined && ends.get(way.to.set.key)?.answer !== 'yes')
            ends.set(way.to.set.key, { ...end, row });
        }
        next.push(...(areas.get(delegate) ?? []).flatMap((area) => passedOn(link, area)));
      }
      links = next;
    }
    if (ends.size > 0) found.set(id, [...ends.values()]);
  }
  return found;
}

function linkTo(id: string, links: readonly Area[], { hierarchy, inventory }: Access): Area | undefined {
  const account = inventory.principals.get(id);
  if (account?.kind !== 'service-account') return undefined;
  return links.find(({ node }) => hierarchy.isWithin(`serviceAccounts/${account.nativeId}`, node));
}

function joined(link: Area, way: Way): Way | undefined {
  const answer = and(link.answer, way.answer);
  if (answer === 'no') return undefined;
  return {
    ...way,
    answer,
    grants: [...new Set([...link.grants, ...way.grants])],
    uses: ['iam.serviceAccounts.implicitDelegation'],
    node: link.node,
  };
}

function passedOn(link: Area, area: Area): readonly Area[] {
  const answer = and(link.answer, area.answer);
  return answer === 'no' ? [] : [{ ...area, answer, grants: [...new Set([...link.grants, ...area.grants])] }];
}
