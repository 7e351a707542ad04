import { isObject } from '../../src/model/json.ts';
import { instant } from '../../src/scan/formats/instant.ts';
import { member, objects, text } from '../../src/scan/formats/json-members.ts';
import type { FileFacts } from '../file-facts.ts';
import { type DumpElement, tellRepository } from './dump-subject.ts';

/** A repository's own record: the ids that immutable OIDC subjects are made of, and since when it has its name. */
export function tellRepositoryRecord({ value, place }: DumpElement, facts: FileFacts): void {
  const name = text(value, 'full_name');
  if (name === undefined || !/^[\w.-]+\/[\w.-]+$/.test(name)) return;
  const owner = member(value, 'owner');
  const createdAt = instant(member(value, 'created_at'));
  const id = member(value, 'id');
  const ownerId = isObject(owner) ? member(owner, 'id') : undefined;
  const branch = text(value, 'default_branch');
  tellRepository(
    facts,
    name,
    {
      private: member(value, 'private') === true,
      ...(typeof id === 'number' ? { repository_id: id } : {}),
      ...(typeof ownerId === 'number' ? { owner_id: ownerId } : {}),
      ...(branch === undefined ? {} : { default_branch: branch }),
      ...(createdAt === undefined ? {} : { created_at: createdAt }),
    },
    place,
  );
}

/** Whether a workflow is switched on; its file says what it does. */
export function tellWorkflowState({ value, place, scope }: DumpElement, facts: FileFacts): void {
  const path = text(value, 'path');
  const state = text(value, 'state');
  if (path === undefined || state === undefined || scope?.repository === undefined) return;
  facts.principal(
    {
      kind: 'workflow',
      nativeId: `${scope.repository}/${path}`,
      name: path,
      scope: scope.repository.split('/'),
      enabled: state === 'active',
      attributes: { state },
    },
    place,
  );
}

/** A runner of one's own: what a job leaves on it, the next one finds. */
export function tellRunner({ value, place, scope }: DumpElement, facts: FileFacts): void {
  const number = member(value, 'id');
  if (typeof number !== 'number' || scope === undefined) return;
  const where = scope.repository ?? scope.owner;
  const name = text(value, 'name') ?? String(number);
  facts.principal(
    {
      kind: 'runner',
      nativeId: `${where}#${number}`,
      name,
      scope: where.split('/'),
      attributes: {
        os: text(value, 'os') ?? null,
        status: text(value, 'status') ?? null,
        ephemeral: member(value, 'ephemeral') === true,
        labels: objects(value, 'labels').flatMap((label) => text(label, 'name') ?? []),
      },
    },
    place,
  );
}
