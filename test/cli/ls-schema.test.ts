import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { credential, grant, inventoryOf, principal, secret, trust } from '../support/facts.ts';
import { runCli } from '../support/run-cli.ts';
import { storedInventory } from '../support/stored-inventory.ts';

const schema = JSON.parse(readFileSync(new URL('../../docs/inventory.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv2020({ strict: false, allErrors: true, validateFormats: false }).compile(schema);

const NOW = new Date('2026-11-22T12:00:00Z');
const user = principal('aws', 'user', 'arn:aws:iam::111122223333:user/ci', {
  scope: ['111122223333'],
  attributes: { policies_seen: true },
  owner: { value: 'platform', source: 'tag' },
});
const role = principal('aws', 'role', 'arn:aws:iam::111122223333:role/admin', { attributes: { policies_seen: true } });
const key = credential('aws', 'access-key', 'AKIAEXAMPLEEXAMPLE01', user);
const leaked = secret('a', { platform: 'aws', credentialNativeId: key.nativeId });
const assume = trust(role, { kind: 'principal', id: user.id }, 'assume', {
  locations: [{ path: 'iam.json', line: 4 }],
});
const inventory = inventoryOf({
  principals: [user, role],
  credentials: [key],
  secrets: [leaked, secret('unmatched')],
  grants: [grant(role, ['*'])],
  trusts: [assume],
});

let store: Awaited<ReturnType<typeof storedInventory>>;
beforeAll(async () => {
  store = await storedInventory({ at: new Date('2026-06-10T08:00:00Z'), inventory });
});
afterAll(() => store.close());

describe('docs/inventory.schema.json', () => {
  it.each([
    ...['principals', 'credentials', 'secrets', 'grants', 'trusts', 'findings'].map((kind) => ['ls', kind]),
    ['ls', '--as-of', 'latest'],
    ['ls', '--can', 's3:GetObject'],
    ['show', user.id],
    ['show', key.id],
    ['show', leaked.id],
    ['show', secret('unmatched').id],
    ['show', assume.id],
    ['graph', leaked.id],
    ['graph', leaked.id, '--to', 'admin'],
    ['graph', role.id, '--reverse'],
  ])('is what %s %s %s prints', async (...argv) => {
    const words = argv.filter((word) => word !== undefined);
    const { stdout } = await runCli([...words, '--format', 'json', '--store', store.file], {
      cwd: store.folder,
      now: NOW,
    });
    validate(JSON.parse(stdout));
    expect(validate.errors ?? []).toEqual([]);
  });

  it('would notice an output that is none', () => {
    expect(validate({ schema: 'lapse.graph/1', as_of: null, nodes: [], paths: [{ from: 'a' }] })).toBe(false);
    expect(validate({ schema: 'lapse.ls/1', kind: 'grants', as_of: null, rows: [{ id: 'x' }] })).toBe(false);
  });
});
