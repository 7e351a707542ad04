import type { Answer } from '../../model/answer.ts';
import { or } from '../../model/answer.ts';
import type { Privilege } from '../../model/effective.ts';
import type { Area } from './area.ts';
import { IAM_WRITE_PERMISSIONS, IMPERSONATION_PERMISSIONS, SECRET_PERMISSIONS } from './own-permissions.ts';
import { isContainer } from './resource-name.ts';
import type { Rights } from './rights.ts';

/** Stands for owner rights where deny rules are asked: who may not write policies is owner of little. */
const OWNER_PERMISSION = 'resourcemanager.projects.setIamPolicy';
/** Places that are told singly of one privilege. */
const MAX_PLACES = 20;

/** Where a principal is owner of a project, folder or organization. */
export function ownedAreas(rights: Rights): readonly Area[] {
  return rights.areasOfRole('roles/owner', OWNER_PERMISSION).filter(({ node }) => isContainer(node));
}

export function adminOf(owned: readonly Area[]): Answer {
  return or('no', ...owned.map(({ answer }) => answer));
}

/**
 * What rights come to that policies want to know of: `admin`, `iam-write`, `secrets-read`, `wildcard-resource` (an editor),
 * `basic-role`, and `impersonate-all` (every account of a project, folder or organization).
 */
export function privilegesOf(rights: Rights, owned: readonly Area[]): readonly Privilege[] {
  const editor = rights
    .areasOfRole('roles/editor', 'resourcemanager.projects.update')
    .filter(({ node }) => isContainer(node));
  return [
    ...told('admin', owned, (node) => `everything in ${node}`),
    ...told('basic-role', owned, (node) => `roles/owner on ${node}`),
    ...told('basic-role', editor, (node) => `roles/editor on ${node}`),
    ...told('wildcard-resource', editor, (node) => `changes every resource of ${node}`),
    ...byPermission('iam-write', IAM_WRITE_PERMISSIONS, rights, () => true),
    ...byPermission('secrets-read', SECRET_PERMISSIONS, rights, () => true),
    ...byPermission('impersonate-all', IMPERSONATION_PERMISSIONS, rights, isContainer),
  ];
}

function told(id: string, areas: readonly Area[], what: (node: string) => string): readonly Privilege[] {
  return areas
    .slice(0, MAX_PLACES)
    .map(({ node, answer, grants }) => ({ id, answer, what: what(node), grants: grantsIn(grants) }));
}

/** One privilege per place, with the permissions that are held there. */
function byPermission(
  id: string,
  permissions: readonly string[],
  rights: Rights,
  counts: (node: string) => boolean,
): readonly Privilege[] {
  const places = new Map<string, { answer: Answer; permissions: string[]; grants: Set<string> }>();
  for (const permission of permissions) {
    for (const { node, answer, grants } of rights.areas(permission)) {
      if (!counts(node) || (permission.startsWith('resourcemanager.') && !isContainer(node))) continue;
      const place = places.get(node);
      if (place === undefined) places.set(node, { answer, permissions: [permission], grants: new Set(grants) });
      else {
        place.answer = or(place.answer, answer);
        place.permissions.push(permission);
        for (const grant of grants) place.grants.add(grant);
      }
    }
  }
  return [...places].slice(0, MAX_PLACES).map(([node, place]) => ({
    id,
    answer: place.answer,
    what: `${shortList(place.permissions)} on ${node}`,
    grants: grantsIn([...place.grants]),
  }));
}

function shortList(permissions: readonly string[]): string {
  const more = permissions.length - 2;
  return `${permissions.slice(0, 2).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** What leads to a holding are grants and memberships; a privilege names the grants. */
function grantsIn(ids: readonly string[]): readonly string[] {
  return ids.filter((id) => id.startsWith('grant:'));
}
