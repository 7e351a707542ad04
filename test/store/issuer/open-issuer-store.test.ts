import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../src/errors.ts';
import type { IssuerStore } from '../../../src/store/issuer/issuer-store.ts';
import { openIssuerStore } from '../../../src/store/issuer/open-issuer-store.ts';

const NOW = new Date('2026-03-01T12:00:00Z');
let folder: string;
let file: string;
let store: IssuerStore;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lapse-store-'));
  file = join(folder, 'issuer.db');
  store = await openIssuerStore(file);
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const event = (name: string) => ({ event: name, actor: 'system', detail: {} });

describe('the file', () => {
  it('is its owner’s, in WAL mode, and syncs every commit', () => {
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(`${file}-wal`).mode & 0o777).toBe(0o600);
    const database = new Database(file, { readonly: true });
    expect(database.pragma('journal_mode', { simple: true })).toBe('wal');
    database.close();
  });

  it('has the same issuer for ever, and another file another', async () => {
    expect(store.issuerId).toMatch(/^[0-9a-f]{8}$/);
    const again = await openIssuerStore(file);
    const other = await openIssuerStore(join(folder, 'other.db'));
    expect([again.issuerId, again.chain]).toEqual([store.issuerId, store.chain]);
    expect(other.issuerId).not.toBe(store.issuerId);
    await again.close();
    await other.close();
  });

  it('of a newer lapse is left alone', async () => {
    await store.write(({ audit }) => audit.append(event('kept'), NOW));
    const database = new Database(file);
    database.exec('update lapse_schema set version = 99');
    database.close();
    await expect(openIssuerStore(file)).rejects.toMatchObject({ code: 'ERR_STORE_VERSION' });
  });
});

describe('a write', () => {
  it('is all or nothing, and one that fails takes no other with it', async () => {
    const results = await Promise.allSettled([
      store.write(({ audit }) => audit.append(event('one'), NOW)),
      store.write(async ({ audit }) => {
        await audit.append(event('two'), NOW);
        throw new AppError('ERR_QUOTA_EXCEEDED', 'too many');
      }),
      store.write(({ audit }) => audit.append(event('three'), NOW)),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { code: 'ERR_QUOTA_EXCEEDED' } });
    const events = await store.read(({ audit }) => audit.after(0, 10));
    expect(events.map(({ seq, event: name }) => [seq, name])).toEqual([
      [1, 'one'],
      [2, 'three'],
    ]);
    expect(events[1]?.prevHash).toBe(events[0]?.hash);
  });

  it('of many at once makes one chain without gaps', async () => {
    await Promise.all(
      Array.from({ length: 300 }, (_, at) => store.write(({ audit }) => audit.append(event(`e${at}`), NOW))),
    );
    const events = await store.read(({ audit }) => audit.after(0, 1000));
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 300 }, (_, at) => at + 1));
    expect(events.every(({ prevHash }, at) => at === 0 || prevHash === events[at - 1]?.hash)).toBe(true);
  });

  it('of two processes makes one chain too', async () => {
    const other = await openIssuerStore(file);
    await Promise.all(
      Array.from({ length: 40 }, (_, at) =>
        (at % 2 === 0 ? store : other).write(({ audit }) => audit.append(event(`e${at}`), NOW)),
      ),
    );
    await other.close();
    const events = await store.read(({ audit }) => audit.after(0, 1000));
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 40 }, (_, at) => at + 1));
  });
});
