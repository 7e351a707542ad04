import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Daemon, startDaemon } from '../../../src/cli/daemon/start-daemon.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { EXCHANGE, JWT } from '../../support/http-bench.ts';
import { startTokenIssuer, type TokenIssuer } from '../../support/token-issuer.ts';

const TARGET = (id: string) =>
  `    - {id: ${id}, type: jwt, audience: "https://${id}.example", actions: [read], max_ttl: 10m, environment: test}`;
const ACCESS = `  access:
    rules:
      - {id: all, effect: allow, subjects: [{kind: workload, subject: job}], targets: ["*"], actions: [read]}`;

let folder: string;
let idp: TokenIssuer;
let daemon: Daemon;
let log: string;

const text = (targets: readonly string[], more = '', trust = true): string => `version: 1
issuer:
  listen: 127.0.0.1:0
  url: https://lapse.example
  quotas: {requests_per_minute: 100000, leases_per_minute_per_subject: 100000, active_leases_per_subject: 100000, active_leases_per_target: 100000}
${trust ? `  trust: [{id: ci, issuer: "${idp.url}", subject: job, owners_from: [actor], jwks_uri: "${idp.url}/jwks"}]` : '  trust: []'}
  targets:
${targets.map(TARGET).join('\n')}
${ACCESS}
${more}`;

const write = (content: string): void => writeFileSync(join(folder, 'lapse.yaml'), content);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lapse-reload-'));
  idp = await startTokenIssuer();
  log = '';
  const collect = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      log += chunk.toString('utf8');
      done();
    },
  });
  write(text(['api', 'old']));
  daemon = await startDaemon({
    config: await loadConfig({ cwd: folder }),
    cli: {
      stdin: Readable.from([]),
      stdout: collect,
      stderr: collect,
      env: {},
      cwd: folder,
      color: false,
      now: () => new Date(),
    },
  });
});

afterEach(async () => {
  await daemon.close();
  await idp.close();
  rmSync(folder, { recursive: true, force: true });
});

let serial = 0;
async function exchange(target: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const now = Math.floor(Date.now() / 1000);
  serial += 1;
  const claims = {
    iss: idp.url,
    sub: 'job',
    aud: 'https://lapse.example',
    iat: now,
    exp: now + 300,
    jti: `${serial}`,
    actor: 'olga',
  };
  const response = await fetch(`${daemon.address}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: EXCHANGE,
      subject_token: await idp.sign(claims),
      subject_token_type: JWT,
      audience: target,
      scope: 'read',
    }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const events = async (name: string) =>
  (await daemon.issuer.searchAudit({ event: name }, 100)).map(({ detail }) => detail);

describe('another configuration', () => {
  it('is put in force ten times under load, and no request fails', async () => {
    let stop = false;
    const statuses = new Map<number, number>();
    const clients = Array.from({ length: 4 }, async () => {
      while (!stop) {
        const { status } = await exchange('api');
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    });
    for (let round = 0; round < 10; round += 1) {
      write(text(round % 2 === 0 ? ['api', 'new'] : ['api', 'old'], `  pending_ttl: ${round + 1}h`));
      await daemon.reload();
      expect((await exchange(round % 2 === 0 ? 'new' : 'old')).status).toBe(200);
    }
    stop = true;
    await Promise.all(clients);
    expect([...statuses.keys()]).toEqual([200]);
    expect(statuses.get(200)).toBeGreaterThan(10);
    expect(await events('config.changed')).toHaveLength(10);
    expect(log).not.toContain('config.reload_failed');
  });

  it('offers nothing new at a target that it leaves out, whose leases are still taken back', async () => {
    const { body } = await exchange('old');
    write(text(['api']));
    await daemon.reload();
    expect(await exchange('old')).toMatchObject({ status: 400, body: { error: 'invalid_target' } });
    const nobody = { sourceIp: '', correlationId: '' };
    const by = { actor: 'system', reason: 'revoked' } as const;
    const { lease } = await daemon.issuer.revoke(String(body.lease_id), by, nobody);
    expect(lease.state).not.toBe('ACTIVE');
    expect(lease.lastError).toBeUndefined();
    expect((await events('config.changed'))[0]).toMatchObject({ sections: ['issuer.targets'], needs_restart: [] });
  });

  it('refuses a token of an issuer that it leaves out, right after, and says so in the log', async () => {
    expect((await exchange('api')).status).toBe(200);
    write(text(['api', 'old'], '', false));
    await daemon.reload();
    expect((await exchange('api')).body.error).toBe('invalid_request');
    expect(await events('trust.changed')).toEqual([expect.objectContaining({ rules: ['ci'] })]);
  });

  it('changes nothing when it is not valid, and is named with its place', async () => {
    write(text(['new'], '  nonsense: 1'));
    await daemon.reload();
    expect(log).toMatch(/config\.reload_failed.*lapse\.yaml:\d+:\d+/);
    expect((await exchange('old')).status).toBe(200);
    expect((await exchange('new')).status).toBe(400);
    expect(await events('config.changed')).toEqual([]);
  });

  it('applies without what needs a restart, which is named', async () => {
    write(text(['api', 'new']).replace('https://lapse.example', 'https://elsewhere.example'));
    await daemon.reload();
    expect(log).toMatch(/"event":"config\.restart_needed","sections":\["issuer\.url"\]/);
    expect((await exchange('new')).status).toBe(200);
  });

  it('does not make a target another type under the same id', async () => {
    const other = text(['api', 'old']).replace(
      TARGET('old'),
      '    - {id: old, type: postgres, connection: {env: DB}, grants: [{actions: [a], resources: [b], roles: [c]}]}',
    );
    write(other);
    await daemon.reload();
    expect(log).toContain('another type needs another id');
    expect((await exchange('old')).status).toBe(200);
  });
});
