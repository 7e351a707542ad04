import fc from 'fast-check';
import { expect, test } from 'vitest';
import { vaultScanner } from '../../../scanners/vault/index.ts';
import { scanBytes } from '../scan-bytes.ts';

test('nothing of a token or secret id is told', async () => {
  const kept = 'canary'.repeat(3);
  const token = {
    request_id: 'x',
    lease_duration: 0,
    data: {
      accessor: 'acc',
      id: kept,
      policies: ['ops'],
      display_name: 'token',
      expire_time: '2030-01-01T00:00:00Z',
      meta: { secret: kept },
    },
  };
  const secretId = {
    request_id: 'x',
    lease_duration: 0,
    data: { secret_id: kept, secret_id_accessor: 'acc', secret_id_ttl: 60 },
  };
  const found = [
    await scanBytes(vaultScanner, 'token.json', JSON.stringify(token)),
    await scanBytes(vaultScanner, 'auth/approle/role/ci/secret-id.json', JSON.stringify(secretId)),
  ];
  expect(found.map(({ format, facts }) => [format, facts.length > 0])).toEqual([
    ['answers', true],
    ['answers', true],
  ]);
  expect(JSON.stringify(found)).not.toContain('canary');
});

test('whatever there is, it never fails but by saying so', async () => {
  const beginnings = [
    '',
    '{"path": {"a": {"capabilities": ',
    '{"auth/approle/role/x": ',
    '{"sys/policies/acl/x": {"data": {"policy": "',
    '{"request_id": "x", "lease_duration": 0, "data": {"token_policies": ',
  ];
  const piece = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.jsonValue().map((value) => JSON.stringify(value)),
    fc.constantFrom('{', '}', '[', ']', '"', ',', ':', '["read"]', '"path'),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...beginnings), fc.array(piece, { maxLength: 10 }), async (begin, rest) => {
      const text = begin + rest.join('');
      for (const path of ['x.json', 'auth/token/accessors.json'])
        expect(await scanBytes(vaultScanner, path, text, { chunk: 3 })).toEqual(
          await scanBytes(vaultScanner, path, text),
        );
    }),
    { numRuns: 100 },
  );
});
