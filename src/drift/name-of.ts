import type { EntityBody, EntityChange, EntityKind } from '../model/entity.ts';
import type { TrustSubject } from '../model/trust.ts';

/** How people call an entity, in a line. */
export function nameOf(change: Pick<EntityChange, 'kind' | 'before' | 'after' | 'id'>): string {
  const body = change.after ?? change.before;
  return body === undefined ? change.id : (NAMES[change.kind] as (body: EntityBody) => string)(body);
}

const NAMES: { readonly [Kind in EntityKind]: (body: EntityBody<Kind>) => string } = {
  principal: ({ platform, kind, name }) => `${platform} ${kind} ${name}`,
  credential: ({ platform, kind, nativeId }) => `${platform} ${kind} ${nativeId}`,
  secret: ({ title, hint }) => (hint === undefined ? title : `${title} ${hint}`),
  grant: ({ principal, effect, actions, notActions, resources, notResources }) =>
    `${principal} ${effect === 'allow' ? 'may' : 'must not'} ${listed(actions, notActions)} on ${listed(resources, notResources)}`,
  trust: ({ principal, how, effect, subject }) =>
    `${subjectOf(subject)} ${effect === 'allow' ? how : `must not ${how}`} ${principal}`,
  finding: ({ title, subjectName }) => `${title}: ${subjectName}`,
};

const MOST = 3;

function listed(items: readonly string[], not: readonly string[] | undefined): string {
  if (items.length === 0 && not !== undefined) return `all but ${listed(not, undefined)}`;
  const more = items.length - MOST;
  return items.slice(0, MOST).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function subjectOf(subject: TrustSubject): string {
  if (subject.kind === 'principal') return subject.id;
  if (subject.kind === 'federated') return `tokens of ${subject.issuer}`;
  return subject.kind === 'anyone' ? 'anyone' : subject.value;
}
