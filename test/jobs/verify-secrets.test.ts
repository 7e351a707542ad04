import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { discover } from '../../src/jobs/discover.ts';
import { keepVerdicts, type VerifyOptions, verifyInventory } from '../../src/jobs/verify-secrets.ts';
import { loadRules } from '../../src/scan/secrets/load-rules.ts';
import { ruleSet } from '../../src/scan/secrets/rule-set.ts';
import { secretScanner } from '../../src/scan/secrets/secret-scanner.ts';
import { openInventoryStore } from '../../src/store/inventory/open-inventory-store.ts';
import { askableAcmeRules, askableAcmeToken } from '../support/acme-rules.ts';
import { startVendorServer } from '../support/vendor-server.ts';

const ruleFile = (host: string) => `${askableAcmeRules(host)}  - id: other
    title: Acme secret that nobody can be asked about
    confidence: structured
    keywords: [acmx_]
    pattern: 'acmx_[A-Za-z0-9]{16}'
    examples: { match: ['acmx_{alnum:16}'], ignore: ['acmx_{alnum:8}'] }
`;

async function bench(files: Readonly<Record<string, string>>) {
  const working = new Set<string>([askableAcmeToken('a')]);
  const server = await startVendorServer(({ headers }) => ({
    status: working.has(headers.authorization?.slice('Bearer '.length) ?? '') ? 200 : 401,
  }));
  const folder = mkdtempSync(join(tmpdir(), 'lapse-verify-'));
  const state = mkdtempSync(join(tmpdir(), 'lapse-verify-state-'));
  const write = (changed: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(changed)) writeFileSync(join(folder, name), text);
  };
  write(files);
  const store = await openInventoryStore(join(state, 'inventory.db'));
  onTestFinished(async () => {
    await store.close();
    await server.close();
    for (const path of [folder, state]) rmSync(path, { recursive: true });
  });
  const rules = loadRules([{ path: 'acme.yaml', text: ruleFile(server.host) }]);
  let clock = Date.parse('2026-11-22T12:00:00Z');
  const options = (): VerifyOptions => {
    clock += 60_000;
    const now = new Date(clock);
    return {
      paths: ['.'],
      cwd: folder,
      folder,
      exports: [],
      scanners: [secretScanner(() => ruleSet(rules))],
      store,
      now,
      fingerprint: (value) => createHmac('sha256', 'test').update(value).digest('hex'),
      cluster: 'cluster',
      exclude: [],
      maxFileSize: 1_000_000,
      history: false,
      rules,
      interval: 0,
      timeout: 5_000,
      ca: server.ca,
      clock: () => now,
    };
  };
  const scan = async () => {
    await discover(options());
    await keepVerdicts(store, new Date(clock));
  };
  const secrets = async () =>
    Object.fromEntries(
      [...(await store.inventory()).secrets.values()].map(({ rule, validity, verifiedAt, locations }) => [
        locations[0]?.path,
        { rule, validity, at: verifiedAt?.slice(11, 16), places: locations.length },
      ]),
    );
  return { server, working, write, store, options, scan, secrets };
}

describe('verifying the inventory', () => {
  it('asks about what rules know how to ask about, and keeps the answer with its time', async () => {
    const { options, scan, secrets, server } = await bench({
      'a.env': askableAcmeToken('a'),
      'b.env': askableAcmeToken('b'),
      'c.env': askableAcmeToken('c').replace('acme_', 'acmx_'),
    });
    await scan();
    expect(server.received).toEqual([]);
    const { verdicts, unasked, problems } = await verifyInventory(options());
    expect([verdicts.length, unasked, problems]).toEqual([2, 1, []]);
    expect(await secrets()).toEqual({
      'a.env': { rule: 'acme/token', validity: 'active', at: '12:02', places: 1 },
      'b.env': { rule: 'acme/token', validity: 'inactive', at: '12:02', places: 1 },
      'c.env': { rule: 'acme/other', validity: 'unknown', at: undefined, places: 1 },
    });
  });

  it('keeps answers through later scans, until asked again or the secret is gone', async () => {
    const { options, scan, secrets, server, working, write } = await bench({
      'a.env': askableAcmeToken('a'),
      'b.env': askableAcmeToken('b'),
    });
    await scan();
    await verifyInventory(options());
    write({ 'b.env': 'nothing' });
    await scan();
    expect(await secrets()).toEqual({ 'a.env': { rule: 'acme/token', validity: 'active', at: '12:02', places: 1 } });
    working.clear();
    const asked = server.received.length;
    await verifyInventory(options());
    expect(server.received.length - asked).toBe(1);
    expect((await secrets())['a.env']).toMatchObject({ validity: 'inactive', at: '12:04' });
    // It comes back: what was said of it once is forgotten.
    write({ 'b.env': askableAcmeToken('b') });
    await scan();
    expect((await secrets())['b.env']).toMatchObject({ validity: 'unknown', at: undefined });
  });

  it('asks about one secret alone', async () => {
    const { options, scan, store, server } = await bench({
      'a.env': askableAcmeToken('a'),
      'b.env': askableAcmeToken('b'),
    });
    await scan();
    const [one] = (await store.inventory()).secrets.keys();
    const { verdicts } = await verifyInventory({ ...options(), only: new Set([one ?? '']) });
    expect(verdicts.map(({ secret }) => secret.id)).toEqual([one]);
    expect(server.received).toHaveLength(1);
  });

  it('says when a secret is not where it was', async () => {
    const { options, scan, write, server } = await bench({ 'a.env': askableAcmeToken('a') });
    await scan();
    write({ 'a.env': 'nothing' });
    const { verdicts, problems } = await verifyInventory(options());
    expect(verdicts).toEqual([]);
    expect(problems.map(({ message }) => message)).toEqual([
      'a.env: the secret was not found there again, and is not verified',
    ]);
    expect(server.received).toEqual([]);
  });

  it('leaves no value behind', async () => {
    const { options, scan, store } = await bench({ 'a.env': askableAcmeToken('a') });
    await scan();
    const verified = await verifyInventory(options());
    const rows: unknown[] = [verified];
    for await (const row of store.facts()) rows.push(row);
    expect(JSON.stringify(rows)).not.toContain(askableAcmeToken('a').slice(5, -4));
  });
});
