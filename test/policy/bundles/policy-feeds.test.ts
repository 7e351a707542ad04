import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BundleSource } from '../../../src/policy/bundles/bundle-source.ts';
import { type PolicyEvent, PolicyFeeds, type PolicyFeedsOptions } from '../../../src/policy/bundles/policy-feeds.ts';
import { pollFeeds } from '../../../src/policy/bundles/poll-feeds.ts';
import type { SignatureRule } from '../../../src/policy/bundles/verify-signature.ts';
import { createPolicyEngine } from '../../../src/policy/create-policy-engine.ts';
import type { PolicyLibrary } from '../../../src/policy/library.ts';
import { type BundleServer, startBundleServer } from '../../support/bundle-server.ts';
import { archive, denying, type Member, manifest, signedArchive, testSigner } from '../../support/bundles.ts';
import { smallLibrary } from '../../support/small-library.ts';

const NOW = '2026-11-23T12:00:00Z';
const REQUEST = { now: NOW, request: { id: 'r' } };

let folder: string;
let server: BundleServer;
let clock: Date;
const events: PolicyEvent[] = [];
let library: PolicyLibrary;
const open: PolicyFeeds[] = [];

beforeAll(async () => {
  library = await smallLibrary();
});

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lapse-feeds-'));
  clock = new Date(NOW);
  server = await startBundleServer();
});

afterEach(async () => {
  events.length = 0;
  for (const policies of open.splice(0)) await policies.close();
  await server.close();
  rmSync(folder, { recursive: true });
});

const signer = testSigner();
const signature: SignatureRule = { keys: new Map([['release', { algorithm: 'ES256', key: signer.publicKey }]]) };

function source(more: Partial<BundleSource> = {}): BundleSource {
  return {
    name: 'access',
    from: { url: server.url, timeout: 2_000 },
    interval: 60_000,
    maxSize: 1e6,
    unsigned: true,
    ...more,
  };
}

async function openFeeds(
  sources: readonly BundleSource[],
  more: Partial<PolicyFeedsOptions> = {},
): Promise<PolicyFeeds> {
  const policies = await PolicyFeeds.open({
    folder: { modules: {}, data: {} },
    sources,
    data: {},
    keepIn: join(folder, 'kept'),
    now: () => clock,
    report: (event) => events.push(event),
    createEngine: (options) => createPolicyEngine({ ...options, library, workers: 1 }),
    ...more,
  });
  open.push(policies);
  return policies;
}

async function refresh(policies: PolicyFeeds): Promise<void> {
  for (const feed of policies.feeds) await policies.refresh(feed);
}

/** Reasons and revision of a decision. */
async function decided(policies: PolicyFeeds): Promise<string> {
  const { effect, reasons, policy_revision } = await policies.engine.decide(REQUEST);
  return `${effect} ${reasons.find((reason) => reason.startsWith('rule-'))} ${policy_revision.replace(/^sha256:[0-9a-f]{64}/, '')}`;
}

const version = (revision: string): readonly Member[] => [manifest(revision), denying(`rule-${revision}`)];

describe('PolicyFeeds', () => {
  it('puts in force what the server has, and asks for nothing twice', async () => {
    server.content = archive(version('v1'));
    const policies = await openFeeds([source()]);
    expect(await decided(policies)).toBe('deny rule-v1 +access@v1');
    await refresh(policies);
    expect(server.answered).toEqual([200, 304]);
    server.content = archive(version('v2'));
    await refresh(policies);
    expect(await decided(policies)).toBe('deny rule-v2 +access@v2');
    expect(events.map(({ kind }) => kind)).toEqual(['activated', 'activated']);
    expect(events[1]).toMatchObject({
      revision: expect.stringMatching(/^sha256:[0-9a-f]{64}\+access@v2$/),
      bundles: [
        { name: 'access', revision: 'v2', digest: expect.stringMatching(/^[0-9a-f]{64}$/), from: server.url.href },
      ],
    });
  });

  it('answers what was asked by the policies that were in force then', async () => {
    server.content = archive(version('v1'));
    const policies = await openFeeds([source()]);
    await decided(policies);
    server.content = archive(version('v2'));
    const asked = Array.from({ length: 40 }, () => decided(policies));
    const refreshed = refresh(policies);
    const meanwhile: Promise<string>[] = [];
    while (policies.engine.revision.endsWith('v1')) {
      meanwhile.push(decided(policies));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await refreshed;
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['deny rule-v1 +access@v1']));
    expect(new Set(await Promise.all(meanwhile))).toEqual(new Set(['deny rule-v1 +access@v1']));
    expect(await decided(policies)).toBe('deny rule-v2 +access@v2');
  });

  it.each<[string, () => Buffer | undefined | Promise<Buffer>, string, RegExp]>([
    ['a failing server', () => undefined, 'ERR_POLICY_UNREACHABLE', /answers 500/],
    ['a page', () => Buffer.from('<!doctype html>'), 'ERR_POLICY_BUNDLE', /is not gzipped/],
    [
      'half a bundle',
      async () => (await signedArchive(version('v2'), signer)).subarray(0, 300),
      'ERR_POLICY_BUNDLE',
      /ends early/,
    ],
    ['no signature', () => archive(version('v2')), 'ERR_POLICY_BUNDLE', /is not signed/],
    [
      "somebody else's signature",
      () => signedArchive(version('v2'), testSigner()),
      'ERR_POLICY_BUNDLE',
      /the signature is not valid/,
    ],
    [
      'a path out of it',
      () => signedArchive([...version('v2'), { name: '../../x', content: '' }], signer),
      'ERR_POLICY_BUNDLE',
      /leads out of the bundle/,
    ],
    [
      'a link',
      () => signedArchive([...version('v2'), { name: 'x', type: '2' }], signer),
      'ERR_POLICY_BUNDLE',
      /is a symbolic link/,
    ],
    [
      'a bomb',
      () => signedArchive([...version('v2'), { name: 'data.json', content: Buffer.alloc(8e6, ' ') }], signer),
      'ERR_POLICY_BUNDLE',
      /unpacks to more than/,
    ],
    [
      'a policy of lapse',
      () => signedArchive([manifest('v2', ['lapse']), { name: 'x.rego', content: 'package lapse.access\n' }], signer),
      'ERR_POLICY_BUNDLE',
      /takes in data\.lapse/,
    ],
    [
      'Rego that is none',
      () =>
        signedArchive(
          [manifest('v2'), { name: 'x.rego', content: 'package custom.access\n\ndecision := {\n' }],
          signer,
        ),
      'ERR_POLICY_INVALID',
      /access\/x\.rego:\d+:\d+: /,
    ],
    [
      'Rego that asks the network',
      () =>
        signedArchive(
          [
            manifest('v2'),
            {
              name: 'x.rego',
              content:
                'package custom.access\n\ndecision := http.send({"method": "get", "url": "https://x.example"}).body\n',
            },
          ],
          signer,
        ),
      'ERR_POLICY_INVALID',
      /http\.send/,
    ],
  ])('stays with the last good one when the server has %s', async (_, bad, code, message) => {
    server.content = await signedArchive(version('v1'), signer);
    const policies = await openFeeds([source({ signature, unsigned: false })]);
    server.content = await bad();
    await refresh(policies);
    await refresh(policies);
    expect(events.slice(1)).toMatchObject([
      { kind: 'refused', bundle: 'access', inForce: 'v1', error: { code, message: expect.stringMatching(message) } },
    ]);
    expect((events[1] as { error: Error }).error.message).toMatch(/^bundle access: /);
    expect(await decided(policies)).toBe('deny rule-v1 +access@v1');
    // And so after a restart.
    const again = await openFeeds([source({ signature, unsigned: false })]);
    expect(await decided(again)).toBe('deny rule-v1 +access@v1');
    server.content = await signedArchive(version('v3'), signer);
    await refresh(policies);
    expect(await decided(policies)).toBe('deny rule-v3 +access@v3');
    expect(policies.engine.missing).toBeUndefined();
  });

  it('judges nothing where no bundle was ever good, and raises alarms all the same', async () => {
    const policies = await openFeeds([source()]);
    expect(policies.engine.missing).toMatchObject({ code: 'ERR_POLICY_UNREACHABLE' });
    expect(policies.engine.revision).toMatch(/^sha256:[0-9a-f]{64}\+access@none$/);
    for (const ask of ['decide', 'findings', 'drift'] as const)
      await expect(policies.engine[ask](REQUEST)).rejects.toMatchObject({ code: 'ERR_POLICY_UNREACHABLE' });
    expect(await policies.engine.alerts({ now: NOW, event: { event: 'none', detail: {} }, history: {} })).toEqual([]);
    server.content = archive(version('v1'));
    await refresh(policies);
    expect(await decided(policies)).toBe('deny rule-v1 +access@v1');
  });

  it('waits for every bundle: one that is missing could be what forbids', async () => {
    server.content = archive([manifest('v1', ['custom/access']), denying('rule-v1')]);
    const limits = join(folder, 'limits');
    const policies = await openFeeds([source(), source({ name: 'limits', from: { path: limits, shown: 'limits' } })]);
    expect(policies.engine.missing).toMatchObject({
      code: 'ERR_POLICY_NOT_FOUND',
      message: 'bundle limits: limits: no such file or folder',
    });
    mkdirSync(join(limits, 'custom/limits'), { recursive: true });
    writeFileSync(join(limits, '.manifest'), '{"revision": "w1", "roots": ["custom/limits"]}');
    writeFileSync(join(limits, 'custom/limits/data.yaml'), 'max: 5');
    await refresh(policies);
    expect(await decided(policies)).toBe('deny rule-v1 +access@v1+limits@w1');
    // One that goes wrong keeps the other from nothing.
    writeFileSync(join(limits, 'x.rego'), 'package custom.access\n');
    server.content = archive([manifest('v2', ['custom/access']), denying('rule-v2')]);
    await refresh(policies);
    expect(await decided(policies)).toBe('deny rule-v2 +access@v2+limits@w1');
    expect(events.at(-1)).toMatchObject({ kind: 'refused', bundle: 'limits' });
  });

  it('starts from what was kept: not when its key is trusted no more, when it was changed, or is of another place', async () => {
    server.content = await signedArchive(version('v1'), signer);
    const mine = source({ signature, unsigned: false });
    await openFeeds([mine]);
    server.content = undefined;
    expect(await decided(await openFeeds([mine]))).toBe('deny rule-v1 +access@v1');
    const newKey: SignatureRule = { keys: new Map([['next', { algorithm: 'ES256', key: testSigner().publicKey }]]) };
    expect((await openFeeds([source({ signature: newKey, unsigned: false })])).engine.missing).toBeDefined();
    const elsewhere = { url: new URL('/other.tar.gz', server.url), timeout: 2_000 };
    expect((await openFeeds([source({ from: elsewhere, signature, unsigned: false })])).engine.missing).toBeDefined();
    const [place = ''] = readdirSync(join(folder, 'kept'));
    const kept = readdirSync(join(folder, 'kept', place)).find((name) => name.endsWith('.tar.gz')) ?? '';
    const file = join(folder, 'kept', place, kept);
    writeFileSync(file, await signedArchive(version('v0'), signer));
    expect((await openFeeds([mine])).engine.missing).toBeDefined();
    writeFileSync(file, readFileSync(file).subarray(0, 100));
    expect((await openFeeds([mine])).engine.missing).toBeDefined();
  });

  it('asks anew after its interval only, where commands follow each other', async () => {
    server.content = archive(version('v1'));
    await openFeeds([source()], { reuse: true });
    server.content = archive(version('v2'));
    expect(await decided(await openFeeds([source()], { reuse: true }))).toBe('deny rule-v1 +access@v1');
    expect(server.answered).toEqual([200]);
    clock = new Date(clock.getTime() + 60_001);
    expect(await decided(await openFeeds([source()], { reuse: true }))).toBe('deny rule-v2 +access@v2');
  });

  it('takes other policies beside bundles on demand, if they are good', async () => {
    server.content = archive([manifest('v1', ['custom/access']), denying('rule-v1')]);
    const policies = await openFeeds([source()]);
    const before = policies.engine.revision;
    await policies.reload({
      modules: { 'p/x.rego': 'package custom.lib\n\nx := 1\n' },
      data: { custom: { limits: 1 } },
    });
    const after = policies.engine.revision;
    expect(after).not.toBe(before);
    await expect(policies.reload({ modules: { 'p/x.rego': 'package custom.access\n' }, data: {} })).rejects.toThrow(
      /belongs to bundle access/,
    );
    await expect(
      policies.reload({ modules: { 'p/x.rego': 'package custom.lib\n\nx := \n' }, data: {} }),
    ).rejects.toMatchObject({ code: 'ERR_POLICY_INVALID' });
    expect(policies.engine.revision).toBe(after);
    await refresh(policies);
    expect(await decided(policies)).toBe('deny rule-v1 +access@v1');
  });

  it('tells when a source that failed is well again, and when nothing can be kept', async () => {
    server.content = archive(version('v1'));
    writeFileSync(join(folder, 'kept'), 'no folder');
    const policies = await openFeeds([source()]);
    const bytes = server.content;
    server.content = undefined;
    await refresh(policies);
    server.content = bytes;
    await refresh(policies);
    expect(events.map(({ kind }) => kind)).toEqual(['unkept', 'activated', 'refused', 'recovered']);
  });

  it('without bundles is what it is, and throws what is wrong', async () => {
    const policies = await openFeeds([]);
    expect(policies.engine.revision).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(events).toMatchObject([{ kind: 'activated', bundles: [] }]);
    const broken = { modules: { 'x.rego': 'package custom.lib\n\nx :=\n' }, data: {} };
    await expect(openFeeds([], { folder: broken })).rejects.toMatchObject({ code: 'ERR_POLICY_INVALID' });
  });
});

describe('pollFeeds', () => {
  it('looks again and again, until it is ended', async () => {
    server.content = archive(version('v1'));
    const policies = await openFeeds([source({ interval: 20 })]);
    const stop = pollFeeds(policies);
    server.content = archive(version('v2'));
    while (!policies.engine.revision.endsWith('v2')) await new Promise((resolve) => setTimeout(resolve, 20));
    stop();
    await policies.close();
    const { length } = server.answered;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(server.answered.length - length).toBeLessThanOrEqual(1);
    expect(server.answered.slice(0, 2)).toEqual([200, 200]);
  });
});
