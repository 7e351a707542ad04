import { instant } from '../../src/scan/formats/instant.ts';
import { member, text } from '../../src/scan/formats/json-members.ts';
import type { FileFacts } from '../file-facts.ts';
import { publicKey } from '../ssh/public-key.ts';
import type { DumpElement } from './dump-subject.ts';

/** A deploy key: whoever has its private half acts on the one repository, as no person and without an end. */
export function tellDeployKey({ value, place, scope }: DumpElement, facts: FileFacts): void {
  const number = member(value, 'id');
  if (scope?.repository === undefined || typeof number !== 'number') return;
  const { repository } = scope;
  const nativeId = `${repository}#${number}`;
  const title = text(value, 'title');
  const addedBy = text(value, 'added_by');
  const createdAt = instant(member(value, 'created_at'));
  const enabled = member(value, 'enabled');
  const readOnly = member(value, 'read_only') !== false;
  const [type = '', blob = ''] = (text(value, 'key') ?? '').split(/\s+/);
  const key = publicKey(type, blob);
  const principal = facts.principal(
    {
      kind: 'deploy-key',
      nativeId,
      name: title ?? nativeId,
      scope: repository.split('/'),
      ...(addedBy === undefined ? {} : { owner: { value: addedBy, source: 'record', location: facts.at(place) } }),
      ...(createdAt === undefined ? {} : { createdAt }),
      ...(typeof enabled === 'boolean' ? { enabled } : {}),
      attributes: { read_only: readOnly },
    },
    place,
  );
  const lastUsed = member(value, 'last_used');
  const lastUsedAt = instant(lastUsed);
  facts.credential(
    {
      kind: 'deploy-key',
      nativeId: String(number),
      principal,
      status: enabled === false ? 'inactive' : 'active',
      ...(createdAt === undefined ? {} : { createdAt }),
      ...(lastUsed === undefined
        ? {}
        : {
            usage: {
              ...(lastUsedAt === undefined ? { never: true } : { lastUsedAt }),
              source: 'github-deploy-keys',
              confidence: 'medium' as const,
            },
          }),
      attributes: {
        read_only: readOnly,
        ...(key === undefined
          ? {}
          : { key_type: key.type, key_bits: key.bits ?? null, public_key_fingerprint: key.fingerprint }),
      },
    },
    place,
  );
  facts.grant(
    {
      principal,
      actions: readOnly ? ['contents:read'] : ['contents:write'],
      resources: [repository],
      scope: repository,
      via: ['deploy-key'],
    },
    place,
  );
}
