import { instant } from '../../src/scan/formats/instant.ts';
import { member, text } from '../../src/scan/formats/json-members.ts';
import type { FileFacts } from '../file-facts.ts';
import type { DumpScope } from './dump-scope.ts';
import { type DumpElement, tellOrganization, tellRepository } from './dump-subject.ts';

/**
 * A stored secret: its name and since when it has its value. It belongs to the repository, environment or organization,
 * and is the same credential as the one that a workflow of the repository reads by that name.
 */
export function tellSecret({ value, place }: DumpElement, scope: DumpScope, facts: FileFacts): void {
  const name = text(value, 'name')?.toUpperCase();
  if (name === undefined) return;
  const product = scope.product ?? 'actions';
  const place_ = scope.repository ?? scope.owner;
  const holder = scope.environment === undefined ? place_ : `${place_}/${scope.environment}`;
  const first = instant(member(value, 'created_at'));
  const updated = instant(member(value, 'updated_at')) ?? first;
  const visibility = text(value, 'visibility');
  facts.credential(
    {
      kind: `${product}-secret`,
      nativeId: `${holder}#${name}`,
      principal: holderOf(scope, place, facts),
      status: 'active',
      // The value is as old as its last change.
      ...(updated === undefined ? {} : { createdAt: updated }),
      expiryUnknown: true,
      attributes: {
        ...(first === undefined ? {} : { first_created_at: first }),
        ...(visibility === undefined ? {} : { visibility }),
        ...(scope.environment === undefined ? {} : { environment: scope.environment }),
      },
    },
    place,
  );
}

function holderOf(scope: DumpScope, place: DumpElement['place'], facts: FileFacts): string {
  const { owner, repository, environment } = scope;
  if (repository === undefined) return tellOrganization(facts, owner, {}, place);
  if (environment === undefined) return tellRepository(facts, repository, {}, place);
  const nativeId = `${repository}/${environment}`;
  return facts.name({ kind: 'environment', nativeId, name: environment, scope: repository.split('/') }, place);
}
