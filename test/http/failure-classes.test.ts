import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPair } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { exitCodeOf, startChild } from '../../src/cli/run-child.ts';
import type { AuditSink } from '../../src/issuer/audit/audit-sink.ts';
import {
  CIBA,
  type HttpBench,
  ISSUER_URL,
  JWT,
  openHttpBench,
  PASSWORD,
  SUBJECT,
  trustRule,
} from '../support/http-bench.ts';
import { escalate, MANY_LEASES } from '../support/issuer-bench.ts';
import { startTokenIssuer } from '../support/token-issuer.ts';

/** Failure classes that no other area owns: docs/threat-model.md. */

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function bench(options: Parameters<typeof openHttpBench>[0] = {}): Promise<HttpBench> {
  const opened = await openHttpBench(options);
  closing.push(() => opened.close());
  return opened;
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('tenant mix-up: the same subject at another trusted issuer is somebody else', () => {
  /** Two issuers with rules alike, and workloads that both call themselves the same. */
  async function tenants() {
    const [ours, theirs] = [await startTokenIssuer(), await startTokenIssuer()];
    closing.push(
      () => ours.close(),
      () => theirs.close(),
    );
    const opened = await bench({
      idp: ours,
      http: { trust: [trustRule(ours.url), trustRule(theirs.url, { id: 'theirs' })] },
    });
    const foreign = async () => {
      const payload = (await opened.token({ iss: theirs.url })).split('.')[1] ?? '';
      return theirs.sign(JSON.parse(Buffer.from(payload, 'base64url').toString()), { kid: theirs.publicJwk.kid ?? '' });
    };
    return { opened, foreign };
  }

  it('it hears nothing of the lease, neither by its token nor by its id', async () => {
    const { opened, foreign } = await tenants();
    const { body } = await opened.exchange();
    for (const token of [String(body.access_token), String(body.lease_id)]) {
      expect((await opened.post('/introspect', { token }, bearer(await foreign()))).body).toEqual({ active: false });
      expect((await opened.post('/introspect', { token }, bearer(await opened.token()))).body.active).toBe(true);
    }
  });

  it('it does not end the lease', async () => {
    const { opened, foreign } = await tenants();
    const { body } = await opened.exchange();
    for (const token of [String(body.access_token), String(body.lease_id)])
      expect((await opened.post('/revoke', { token }, bearer(await foreign()))).body.error).toBe('invalid_grant');
    expect(await opened.issuer.isActive(String(body.lease_id))).toBe(true);
  });

  it('it does not fetch what was approved', async () => {
    const { opened, foreign } = await tenants();
    opened.policy.decision = async () => escalate([{ from: 'dba', count: 1 }]);
    const { body } = await opened.exchange();
    const ann = await opened.signIn('ann', ['dba']);
    await opened.api('POST', `/api/requests/${String(body.auth_req_id)}/approve`, ann, {});
    const poll = async (subject_token: string) =>
      opened.post('/token', {
        grant_type: CIBA,
        auth_req_id: String(body.auth_req_id),
        subject_token,
        subject_token_type: JWT,
      });
    expect((await poll(await foreign())).body.error).toBe('invalid_grant');
    expect((await poll(await opened.token())).status).toBe(200);
  });

  it('its idempotency key is its own', async () => {
    const { opened, foreign } = await tenants();
    const { body } = await opened.exchange({ idempotency_key: 'retry-1' });
    const other = await opened.exchange({ idempotency_key: 'retry-1', subject_token: await foreign() });
    expect(other.status).toBe(200);
    expect(await opened.issuer.isActive(String(body.lease_id))).toBe(true);
    expect(await opened.issuer.isActive(String(other.body.lease_id))).toBe(true);
  });
});

describe('name normalisation', () => {
  let opened: HttpBench;
  let ann: string;

  beforeAll(async () => {
    opened = await openHttpBench();
    ann = await opened.signIn('ann', ['dba']);
  });

  afterAll(async () => {
    await opened.close();
  });

  it.each(['ANN', 'ann ', 'a\u200bnn', '\u0430nn', '\uff41nn', 'ann\0', 'ann\n', 'an%', '_nn'])(
    'nobody signs in as ann with %j',
    async (name) => {
      opened.clock.advance(60_000);
      const { status, body } = await opened.api('POST', '/api/session', undefined, { name, password: PASSWORD });
      expect([400, 401]).toContain(status);
      expect(body.token).toBeUndefined();
    },
  );

  it.each(['ann', 'ANN', ' Ann ', '\uff41nn'])(
    'self-approval: whoever started the job is known as %j as well',
    async (actor) => {
      opened.policy.decision = async () => escalate([{ from: 'dba', count: 1 }]);
      const { body } = await opened.exchange({ subject_token: await opened.token({ actor }) });
      const refused = await opened.api('POST', `/api/requests/${String(body.auth_req_id)}/approve`, ann, {});
      expect(refused.body.code).toBe('ERR_APPROVAL_SELF');
    },
  );

  it.each(['API', 'api ', 'api\u200b', 'https://API.example', 'https://api.example/', '\uff41pi', 'constructor'])(
    'no target is meant by %j',
    async (audience) => {
      const { status, body } = await opened.exchange({ audience });
      expect({ status, error: body.error }).toEqual({ status: 400, error: 'invalid_target' });
    },
  );
});

describe('SQL quoting in names', () => {
  const HOSTILE = [`' or '1'='1`, `"; drop table leases; --`, '%', '_', '\\', `lse_%`, `x' union select 1 --`];

  let opened: HttpBench;
  let ann: string;

  beforeAll(async () => {
    opened = await openHttpBench({
      trust: { subject: '**', claims: { repository_owner: 'acme' } },
      settings: MANY_LEASES,
    });
    ann = await opened.signIn('ann');
  });

  afterAll(async () => {
    await opened.close();
  });

  it.each(HOSTILE)('%j in a filter finds nothing, and takes nothing back', async (name) => {
    const lease = String((await opened.exchange()).body.lease_id);
    for (const key of ['target', 'principal', 'prefix', 'request']) {
      const answer = await opened.api('POST', '/api/leases/revoke', ann, { [key]: name });
      expect(answer.status, key).toBeLessThan(500);
      expect(await opened.issuer.isActive(lease), key).toBe(true);
    }
    for (const key of ['target', 'event', 'actor', 'request', 'lease']) {
      const query = new URLSearchParams({ [key]: name }).toString();
      const { status, body } = await opened.api('GET', `/api/audit?${query}`, ann);
      expect(status, key).toBeLessThan(500);
      expect(body.events ?? [], key).toEqual([]);
    }
  });

  it.each(HOSTILE)('%j as subject is kept as it is, and its lease is its own', async (name) => {
    const victim = String((await opened.exchange()).body.lease_id);
    const granted = await opened.exchange({ subject_token: await opened.token({ sub: name }) });
    expect(granted.status).toBe(200);
    const stored = await opened.issuer.lease(String(granted.body.lease_id));
    expect((await opened.issuer.findRequest(stored?.request ?? ''))?.requester.subject).toBe(name);
    await opened.api('POST', '/api/leases/revoke', ann, { principal: name });
    expect(await opened.issuer.isActive(victim)).toBe(true);
    expect(await opened.issuer.isActive(String(granted.body.lease_id))).toBe(false);
  });
});

it.each(['$(touch made)', '`touch made`', '; touch made', '| touch made', "' && touch made '", '\n touch made', '*'])(
  'shell quoting: %j is one argument and one value to the command of lapse exec',
  async (hostile) => {
    const folder = mkdtempSync(join(tmpdir(), 'lapse-quoting-'));
    try {
      const program = 'require("fs").writeFileSync("out", JSON.stringify([process.argv[1], process.env.PGPASSWORD]))';
      const child = startChild(
        process.execPath,
        ['-e', program, hostile],
        { ...process.env, PGPASSWORD: hostile },
        folder,
      );
      expect(await exitCodeOf(child)).toBe(0);
      expect(JSON.parse(readFileSync(join(folder, 'out'), 'utf8'))).toEqual([hostile, hostile]);
      expect(existsSync(join(folder, 'made'))).toBe(false);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

it('audit failure: over HTTP the answer is 503 without a credential, and the lease is being taken back', async () => {
  const broken: AuditSink = {
    name: 'broken',
    durable: true,
    timeout: 1_000,
    batch: 100,
    lastSeq: async () => 0,
    write: async () => {
      throw new Error('disk full');
    },
    close: async () => {},
  };
  const opened = await bench({ sinks: [broken] });
  for (let again = 0; again < 2; again += 1) {
    const { status, headers, body } = await opened.exchange();
    expect(status).toBe(503);
    expect(headers.get('retry-after')).toMatch(/^\d+$/);
    expect(Object.keys(body).sort()).toEqual(['error', 'error_description', 'request_id']);
  }
  for (const { id } of await opened.issuer.leases()) expect(await opened.issuer.isActive(id)).toBe(false);
});

describe('algorithm confusion', () => {
  it.each(['ES384', 'PS256', 'EdDSA'])('%s is refused where the rule does not name it', async (alg) => {
    const opened = await bench();
    const { privateKey } = await generateKeyPair(alg);
    const claims = JSON.parse(
      Buffer.from((await opened.token()).split('.')[1] ?? '', 'base64url').toString(),
    ) as Readonly<Record<string, unknown>>;
    expect(claims).toMatchObject({ sub: SUBJECT, aud: ISSUER_URL });
    const refused = await opened.exchange({ subject_token: await opened.idp.sign(claims, { alg }, privateKey) });
    expect({ status: refused.status, error: refused.body.error }).toEqual({ status: 400, error: 'invalid_request' });
  });
});
