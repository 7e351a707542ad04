import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Daemon, startDaemon } from '../../src/cli/daemon/start-daemon.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { type BundleServer, startBundleServer } from '../support/bundle-server.ts';
import { archive, denying, type Member, manifest, signedArchive, testSigner } from '../support/bundles.ts';
import { CONTEXT, DETAIL, WORKLOAD } from '../support/issuer-bench.ts';
import { type TestRepository, testRepository } from '../support/repository.ts';
import { runCli } from '../support/run-cli.ts';

const signer = testSigner();

/** Finds every service account, under an id that says which version did. */
function finding(version: string): readonly Member[] {
  const id = `account-seen-${version}`;
  return [
    manifest(version),
    {
      name: '/rules/seen.rego',
      content: `# METADATA
# title: Account seen
# scope: package
# custom:
#   id: ${id}
#   severity: medium
package custom.rules["${id}"]

finding contains {"id": "${id}", "subject": input.principal.id, "detail": {}, "evidence": []} if {
	input.type == "principal"
}
`,
    },
  ];
}

const KEY = signer.pem.trim().replaceAll('\n', '\n            ');

function config(place: string, more = ''): string {
  return `version: 1
policy:
  bundles:
    - name: team
      ${place}
      signature:
        keys:
        - id: release
          algorithm: ES256
          public_key: |
            ${KEY}
${more}`;
}

let server: BundleServer;
let folder: string;
beforeEach(async () => {
  server = await startBundleServer();
  folder = mkdtempSync(join(tmpdir(), 'lapse-bundles-'));
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

describe('commands with policies of a bundle', () => {
  const ACCOUNT = 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: api, namespace: shop}\n';
  let repository: TestRepository;
  afterEach(() => repository.close());
  const lapse = (argv: readonly string[], minute = 0) =>
    runCli(argv, {
      cwd: repository.path,
      // What was kept and what was compiled are apart: the latter is worth having from before.
      env: { XDG_CACHE_HOME: folder, POLICY_TOKEN: 'fake-policy-token' },
      now: new Date(Date.UTC(2026, 10, 22, 12, minute)),
    });
  const idsOf = (stdout: string): readonly string[] =>
    JSON.parse(stdout).findings.flatMap(({ id, related }: { id: string; related: { id: string }[] }) => [
      id,
      ...related.map((other) => other.id),
    ]);

  it('scan and drift judge by it, say its revision, and do with the last good one', async () => {
    repository = testRepository({
      'lapse.yaml': config(`url: ${server.url}\n      credential: {env: POLICY_TOKEN}`),
      'k8s/api.yaml': ACCOUNT,
    });
    const without = await lapse(['scan', '.', '--format', 'json']);
    expect(without).toMatchObject({
      code: 5,
      stderr: expect.stringMatching(/bundle team: .*answers 500 \(ERR_POLICY_UNREACHABLE\)/),
    });
    server.content = await signedArchive(finding('v1'), signer);
    const first = await lapse(['scan', '.', '--format', 'json']);
    expect(idsOf(first.stdout)).toContain('account-seen-v1');
    expect(JSON.parse(first.stdout).policy_revision).toMatch(/^sha256:[0-9a-f]{64}\+team@v1$/);
    expect(server.credentials).toEqual(['Bearer fake-policy-token', 'Bearer fake-policy-token']);
    server.content = archive(finding('v2'));
    const second = await lapse(['scan', '.', '--format', 'json'], 2);
    expect(idsOf(second.stdout)).toContain('account-seen-v1');
    expect(second.stderr).toMatch(/bundle team: is not signed.*\(ERR_POLICY_BUNDLE\); revision v1 stays in force/);
    server.content = await signedArchive(finding('v3'), signer);
    const third = await lapse(['scan', '.', '--format', 'json'], 4);
    expect(idsOf(third.stdout)).toContain('account-seen-v3');
    const drift = await lapse(['drift', '--format', 'json'], 4);
    expect(JSON.parse(drift.stdout)).toMatchObject({ policy_changed: true });
    expect([first, second, third, drift].map(({ stderr }) => stderr).join()).not.toContain('fake-policy-token');
  });

  it('check takes it from the base, whatever the change and what it brings along say', async () => {
    repository = testRepository({ 'lapse.yaml': config('path: policies/team.tar.gz'), 'README.md': 'x' });
    const bundle = join(repository.path, 'policies', 'team.tar.gz');
    mkdirSync(join(repository.path, 'policies'));
    writeFileSync(bundle, await signedArchive(finding('v1'), signer));
    repository.commit('policies');
    repository.git('checkout', '-q', '-b', 'change');
    writeFileSync(bundle, await signedArchive([manifest('v2', ['custom/none'])], signer));
    writeFileSync(join(repository.path, 'api.yaml'), ACCOUNT);
    repository.commit('change');
    const { stdout, stderr } = await lapse(['check', '--base', 'main', '--format', 'json']);
    expect(stderr).not.toMatch(/ERR_/);
    expect(idsOf(stdout)).toContain('account-seen-v1');
    const { notices, policy_revision } = JSON.parse(stdout);
    expect(policy_revision).toMatch(/\+team@v1$/);
    expect(notices).toContainEqual(
      expect.objectContaining({
        location: { path: 'policies/team.tar.gz' },
        message: expect.stringMatching(/part of the gate itself/),
      }),
    );
  });

  it('check does not start from what lies in the repository', async () => {
    repository = testRepository({
      'lapse.yaml': `version: 1\npolicy:\n  bundles: [{name: team, url: "${server.url}", unsigned: true}]\n`,
      'api.yaml': ACCOUNT,
    });
    server.content = archive(finding('v1'));
    // A scan keeps it in the state folder of the repository.
    expect((await lapse(['scan', '.', '--format', 'json'])).code).toBe(1);
    server.content = undefined;
    expect(await lapse(['check', '--all', '--format', 'json'], 5)).toMatchObject({ code: 5 });
    server.content = archive(finding('v2'));
    expect(idsOf((await lapse(['check', '--all', '--format', 'json'], 6)).stdout)).toContain('account-seen-v2');
    server.content = undefined;
    const kept = await lapse(['check', '--all', '--format', 'json'], 9);
    expect(idsOf(kept.stdout)).toContain('account-seen-v2');
    expect(kept.stderr).toMatch(/revision v2 stays in force/);
  });
});

describe('the daemon with policies of a bundle', () => {
  let daemon: Daemon | undefined;
  let log = '';
  afterEach(async () => {
    await daemon?.close();
    daemon = undefined;
    log = '';
  });

  const ISSUER = `
issuer:
  targets: [{id: api, type: jwt, audience: "https://api.example", actions: [read], max_ttl: 10m}]
  access:
    rules:
      - {id: read, effect: allow, subjects: [{kind: workload, subject: "repo:acme/**"}], targets: [api], actions: [read], max_ttl: 5m}
`;

  async function start(): Promise<Daemon> {
    writeFileSync(join(folder, 'lapse.yaml'), config(`url: ${server.url}\n      timeout: 2s`, ISSUER));
    const sink = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        log += chunk.toString('utf8');
        done();
      },
    });
    const { PATH = '', HOME = '' } = process.env;
    daemon = await startDaemon({
      config: await loadConfig({ cwd: folder }),
      listen: '127.0.0.1:0',
      cli: {
        stdin: Readable.from([]),
        stdout: sink,
        stderr: sink,
        env: { PATH, HOME },
        cwd: folder,
        color: false,
        now: () => new Date(),
      },
    });
    return daemon;
  }

  const ask = async (running: Daemon) => {
    const outcome = await running.issuer.request(WORKLOAD, DETAIL, CONTEXT);
    const { decision } = outcome.request;
    return `${outcome.kind} ${decision?.rule} ${decision?.policy_revision.replace(/^sha256:[0-9a-f]{64}/, '')}`;
  };
  const audited = async (running: Daemon, name: string) =>
    (await running.issuer.audit({ limit: 1_000 })).filter(({ event }) => event === name).map(({ detail }) => detail);

  it('denies while there is none, takes what is good, and keeps it against all that is not', async () => {
    const running = await start();
    expect(await ask(running)).toBe('denied policy-error +team@none');
    expect((await fetch(`${running.address}/healthz`)).status).toBe(200);
    expect(await audited(running, 'policy.refused')).toMatchObject([
      { bundle: 'team', error: 'ERR_POLICY_UNREACHABLE', in_force: 'none' },
    ]);

    server.content = await signedArchive(
      [manifest('v1'), { name: '/lib.rego', content: 'package custom.lib\n\nx := 1\n' }],
      signer,
    );
    await running.reload();
    expect(await ask(running)).toBe('granted read +team@v1');

    const hostile: readonly (Buffer | undefined)[] = [
      undefined,
      archive([manifest('v2'), denying('unsigned')]),
      await signedArchive([manifest('v2'), denying('forged')], testSigner()),
      await signedArchive(
        [manifest('v2'), { name: '/../../escaped.rego', content: 'package custom.access\n' }],
        signer,
      ),
      await signedArchive(
        [manifest('v2'), { name: '/data.json', content: Buffer.alloc(200 * 1024 ** 2, ' ') }],
        signer,
      ),
      await signedArchive(
        [manifest('v2', ['lapse/access']), { name: '/x.rego', content: 'package lapse.access\n' }],
        signer,
      ),
      (await signedArchive([manifest('v2'), denying('cut')], signer)).subarray(0, 200),
      Buffer.from('<html>sign in</html>'),
      await signedArchive(
        [manifest('v2'), { name: '/x.rego', content: 'package custom.access\n\ndecision := ' }],
        signer,
      ),
    ];
    for (const content of hostile) {
      server.content = content;
      await running.reload();
      expect(await ask(running)).toBe('granted read +team@v1');
    }
    server.stalls = true;
    await running.reload();
    server.stalls = false;
    expect(await ask(running)).toBe('granted read +team@v1');
    const refusals = await audited(running, 'policy.refused');
    expect(refusals).toHaveLength(hostile.length + 2);
    for (const refusal of refusals.slice(1)) expect(refusal).toMatchObject({ bundle: 'team', in_force: 'v1' });

    server.content = await signedArchive([manifest('v3'), denying('closed')], signer);
    await running.reload();
    expect(await ask(running)).toBe('denied closed +team@v3');
    expect(await audited(running, 'policy.activated')).toMatchObject([
      {
        policy_revision: expect.stringMatching(/\+team@v1$/),
        bundles: [{ name: 'team', revision: 'v1', signed_by: 'release', from: server.url.href }],
      },
      {
        policy_revision: expect.stringMatching(/\+team@v3$/),
        bundles: [{ revision: 'v3', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }],
      },
    ]);
    for (const name of ['policy.evaluated', 'lease.active', 'request.denied'])
      for (const detail of await audited(running, name))
        expect(detail.policy_revision).toMatch(/\+team@(?:none|v1|v3)$/);
    expect(log).toMatch(/"event":"policy.activated"/);
  });

  it('starts with the last good one when the server is away', async () => {
    server.content = await signedArchive([manifest('v1'), denying('closed')], signer);
    expect(await ask(await start())).toBe('denied closed +team@v1');
    await daemon?.close();
    server.content = undefined;
    expect(await ask(await start())).toBe('denied closed +team@v1');
  });
});
