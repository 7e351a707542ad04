import type { EntityBody, EntityChange, EntityKind } from '../model/entity.ts';
import type { TrustSubject } from '../model/trust.ts';

/** How people call the principal with an id; the id itself where nobody knows. */
export type PrincipalName = (id: string) => string;

/** How people call an entity, in a line. */
export function nameOf(
  change: Pick<EntityChange, 'kind' | 'before' | 'after' | 'id'>,
  principalName: PrincipalName,
): string {
  const body = change.after ?? change.before;
  if (body === undefined) return change.id;
  return (NAMES[change.kind] as (body: EntityBody, principalName: PrincipalName) => string)(body, principalName);
}

const NAMES: { readonly [Kind in EntityKind]: (body: EntityBody<Kind>, principalName: PrincipalName) => string } = {
  principal: ({ platform, kind, name }) => `${platform} ${kind} ${name}`,
  credential: ({ platform, kind, nativeId }) => `${platform} ${kind} ${nativeId}`,
  secret: ({ title, hint }) => (hint === undefined ? title : `${title} ${hint}`),
  grant: ({ principal, effect, actions, notActions, resources, notResources }, principalName) =>
    `${principalName(principal)} ${effect === 'allow' ? 'may' : 'must not'} ${listed(actions, notActions)} on ${listed(resources, notResources)}`,
  trust: ({ principal, how, effect, subject }, principalName) =>
    `${subjectOf(subject, principalName)} ${effect === 'allow' ? '' : 'not '}${how} ${principalName(principal)}`,
  finding: ({ title, subjectName }) => `${title}: ${subjectName}`,
};

const MOST = 3;

function listed(items: readonly string[], not: readonly string[] | undefined): string {
  if (items.length === 0 && not !== undefined) return `all but ${listed(not, undefined)}`;
  const more = items.length - MOST;
  return items.slice(0, MOST).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function subjectOf(subject: TrustSubject, principalName: PrincipalName): string {
  if (subject.kind === 'principal') return principalName(subject.id);
  if (subject.kind === 'federated') return `tokens of ${subject.issuer}`;
  return subject.kind === 'anyone' ? 'anyone' : subject.value;
}
