import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Finding } from '../../src/model/finding.ts';
import { fingerprint } from '../../src/model/fingerprint.ts';
import { secretId } from '../../src/model/id.ts';
import { SecretValue } from '../../src/model/secret-value.ts';
import type { StaticSecret } from '../../src/model/static-secret.ts';
import { openInventoryStore } from '../../src/store/inventory/open-inventory-store.ts';
import { loadStoreKey } from '../../src/store/key.ts';
import { createStateDir } from '../../src/store/state-dir.ts';
import { collect } from './collect.ts';
import { finding, secret, unit, user } from './sample-facts.ts';
import { temporaryFolder } from './temporary-folder.ts';

it('writes fingerprints, and neither a secret nor the key that they are made with', async () => {
  const folder = temporaryFolder();
  const state = createStateDir(join(folder, '.lapse'));
  const key = loadStoreKey(state.key, {});
  const value = randomBytes(20).toString('hex');
  const print = fingerprint(key, value);
  const found: StaticSecret = {
    ...secret('1'),
    fingerprint: print,
    id: secretId(print),
    hint: `${value.slice(0, 4)}…${value.slice(-4)}`,
  };
  // A scanner that lets a value slip into its facts: the wrapper gives nothing away.
  const slipped = user('ci', { attributes: { token: new SecretValue(value) as unknown as string } });
  const judged: Finding = finding('secret-in-code', found.id, {
    detail: { value: new SecretValue(value) as unknown as string },
  });

  const store = await openInventoryStore(state.inventory);
  const draft = await store.begin({ source: 'secrets:acme', at: new Date(0) });
  await draft.add(
    unit(
      '.env',
      { kind: 'secret', body: found },
      { kind: 'principal', body: slipped },
      { kind: 'finding', body: judged },
    ),
  );
  const whileStaged = bytesOf(folder);
  await draft.commit({ coverage: { read: 'all' }, units: 1, problems: [] });
  const committed = bytesOf(folder);
  expect(await collect(store.facts())).toHaveLength(3);
  await store.close();

  const database = (files: ReadonlyMap<string, Buffer>) =>
    Buffer.concat([...files].filter(([name]) => name !== 'store.key').map(([, bytes]) => bytes));
  const keyBytes = key.export();
  for (const files of [whileStaged, committed, bytesOf(folder)]) {
    const bytes = database(files);
    for (const form of [value, Buffer.from(value).toString('base64').slice(0, 50), Buffer.from(value).toString('hex')])
      expect(bytes.includes(form)).toBe(false);
    for (const form of [keyBytes, keyBytes.toString('hex'), keyBytes.toString('base64').slice(0, 42)])
      expect(bytes.includes(form)).toBe(false);
  }
  expect(database(committed).includes(print)).toBe(true);
});

function bytesOf(folder: string): ReadonlyMap<string, Buffer> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(folder, name)).isFile(),
  );
  return new Map(files.map((name) => [name.split('/').at(-1) ?? name, readFileSync(join(folder, name))]));
}
