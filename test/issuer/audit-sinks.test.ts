import { createHmac } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, unlinkSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compactVerify, createLocalJWKSet } from 'jose';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AuditSink } from '../../src/issuer/audit/audit-sink.ts';
import { FileSink, type FileSinkOptions, rotatedFiles } from '../../src/issuer/audit/file-sink.ts';
import { syslogMessage } from '../../src/issuer/audit/formats/syslog.ts';
import { SyslogSink, type SyslogSinkOptions } from '../../src/issuer/audit/syslog-sink.ts';
import { WebhookSink, type WebhookSinkOptions } from '../../src/issuer/audit/webhook-sink.ts';
import type { AuditEvent } from '../../src/model/audit-event.ts';
import { SecretValue } from '../../src/model/secret-value.ts';
import { testCertificate } from '../support/certificate.ts';
import { datagramReceiver, streamReceiver, webhookServer } from '../support/delivery-servers.ts';
import { type Bench, CONTEXT, DETAIL, openBench, WORKLOAD } from '../support/issuer-bench.ts';

const closing: (() => unknown)[] = [];
const certificate = testCertificate();

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'lapse-sinks-'));
  closing.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function event(seq: number, change: Partial<AuditEvent> = {}): AuditEvent {
  return {
    chain: 'aud_1',
    seq,
    prevHash: '0'.repeat(64),
    hash: 'f'.repeat(64),
    at: new Date(Date.UTC(2026, 2, 1, 12) + seq * 60_000).toISOString(),
    event: 'lease.active',
    actor: 'workload:repo:acme/orders',
    target: 'orders-db',
    lease: `lse_${seq}`,
    detail: { source_ip: '10.2.3.4', correlation_id: 'cor-1' },
    ...change,
  };
}

const events = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_none, at) => event(from + at));
const seqsIn = (path: string): number[] =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).seq);

function opened<S extends AuditSink>(sink: S): S {
  closing.push(() => sink.close());
  return sink;
}

function fileSink(path: string, change: Partial<FileSinkOptions> = {}): FileSink {
  return opened(new FileSink({ name: 'file', path, timeout: 5_000, minFree: 0, ...change }));
}

describe('a file', () => {
  it('is rotated by size; nothing is written over and the place is found again', async () => {
    const path = join(folder(), 'audit.jsonl');
    const sink = fileSink(path, { rotate: { size: 900 } });
    for (let seq = 1; seq <= 6; seq += 1) await sink.write([event(seq, { at: '2026-03-01T12:00:00.000Z' })]);
    const rotated = await rotatedFiles(path);
    expect([...rotated, path].flatMap(seqsIn)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(rotated.map((file) => file.slice(path.length))).toEqual([
      '.20260301T120000.000Z',
      '.20260301T120000.000Z-1',
    ]);
    expect(await fileSink(path).lastSeq('aud_1')).toBe(6);
    unlinkSync(path);
    expect(await fileSink(path).lastSeq('aud_1')).toBe(4);
  });

  it('is rotated by the age of its first event, also behind a restart', async () => {
    const path = join(folder(), 'audit.jsonl');
    const rotate = { age: 3 * 60_000 };
    await fileSink(path, { rotate }).write(events(1, 2));
    const again = fileSink(path, { rotate });
    await again.write(events(3, 3));
    expect(await rotatedFiles(path)).toEqual([]);
    await again.write(events(4, 4));
    expect((await rotatedFiles(path)).map(seqsIn)).toEqual([[1, 2, 3]]);
    expect(seqsIn(path)).toEqual([4]);
  });

  it('keeps as many rotated ones as it is told', async () => {
    const path = join(folder(), 'audit.jsonl');
    const sink = fileSink(path, { rotate: { size: 1, keep: 2 } });
    for (let seq = 1; seq <= 5; seq += 1) await sink.write([event(seq)]);
    expect((await rotatedFiles(path)).map(seqsIn)).toEqual([[3], [4]]);
    expect(seqsIn(path)).toEqual([5]);
  });

  it('that was removed or moved away is begun anew', async () => {
    const path = join(folder(), 'audit.jsonl');
    const sink = fileSink(path);
    await sink.write(events(1, 2));
    renameSync(path, `${path}.moved`);
    await sink.write(events(3, 3));
    unlinkSync(path);
    await sink.write(events(4, 4));
    expect([seqsIn(`${path}.moved`), seqsIn(path)]).toEqual([[1, 2], [4]]);
  });

  it('tells how much room there is', async () => {
    const path = join(folder(), 'audit.jsonl');
    expect(await fileSink(path).space()).toMatchObject({ low: false });
    expect(await fileSink(path, { minFree: Number.MAX_SAFE_INTEGER }).space()).toMatchObject({ low: true });
  });

  it('on a full disk fails, and nothing leaves', async () => {
    const full = opened(new FileSink({ name: 'full', path: '/dev/full', timeout: 5_000, minFree: 0 }));
    await expect(full.write(events(1, 1))).rejects.toMatchObject({ code: 'ENOSPC' });
    const bench = await openSinks([full]);
    await expect(bench.issuer.request(WORKLOAD, DETAIL, CONTEXT)).rejects.toMatchObject({
      code: 'ERR_AUDIT_UNWRITABLE',
    });
    const failed = (await bench.issuer.audit({ limit: 100 })).filter(({ event: name }) => name === 'audit.sink_failed');
    expect(failed.map(({ detail }) => detail)).toEqual([{ sink: 'full', error: 'ENOSPC' }]);
    expect(await bench.issuer.leases({ states: ['ACTIVE'] })).toEqual([]);
  });
});

function syslogSink(port: number, change: Partial<SyslogSinkOptions> = {}): SyslogSink {
  return opened(
    new SyslogSink({
      name: 'siem',
      host: '127.0.0.1',
      port,
      transport: 'tcp',
      facility: 13,
      hostname: 'issuer.example',
      format: 'json',
      timeout: 2_000,
      ...change,
    }),
  );
}

const seqsOf = (messages: readonly string[]) =>
  messages.map((message) => JSON.parse(message.slice(message.indexOf('] {') + 2)).seq);

describe('syslog', () => {
  it('has the form of RFC 5424 and is ASCII', () => {
    const hostile = event(7, { event: 'request.denied', detail: { reason: 'ä\n<11>1 forged ]"\u202e' } });
    const message = syslogMessage(hostile, { facility: 13, hostname: 'issuer.example', format: 'json' });
    expect(message).toMatch(
      /^<108>1 2026-03-01T12:07:00\.000Z issuer\.example lapse - request\.denied \[meta sequenceId="7"\] \{"chain"/,
    );
    expect(message).toMatch(/^[ -~]+$/);
    expect(JSON.parse(message.slice(message.indexOf('] {') + 2))).toEqual(hostile);
  });

  it('over TCP counts octets, and goes on behind a connection that broke', async () => {
    const receiver = await streamReceiver();
    closing.push(() => receiver.close());
    const sink = syslogSink(receiver.port);
    await sink.write(events(1, 3));
    await vi.waitFor(() => expect(seqsOf(receiver.messages)).toEqual([1, 2, 3]));
    receiver.drop();
    // Whether the first write behind the break fails depends on when it is seen; the queue tries again.
    await vi.waitFor(() => sink.write(events(4, 5)));
    await vi.waitFor(() => expect(new Set(seqsOf(receiver.messages))).toEqual(new Set([1, 2, 3, 4, 5])));
    expect(receiver.broken).toEqual([]);
  });

  it('over TLS checks the certificate', async () => {
    const receiver = await streamReceiver(certificate);
    closing.push(() => receiver.close());
    const tls = { transport: 'tls', host: 'localhost' } as const;
    await expect(syslogSink(receiver.port, tls).write(events(1, 1))).rejects.toMatchObject({
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
    const sink = syslogSink(receiver.port, { ...tls, ca: certificate.cert });
    await sink.write(events(1, 2));
    await vi.waitFor(() => expect(seqsOf(receiver.messages)).toEqual([1, 2]));
  });

  it('over UDP keeps to the size that every receiver takes', async () => {
    const receiver = await datagramReceiver();
    closing.push(() => receiver.close());
    const large = event(2, { detail: { reason: 'x'.repeat(3_000) } });
    await syslogSink(receiver.port, { transport: 'udp' }).write([event(1), large]);
    await vi.waitFor(() => expect(seqsOf(receiver.messages).toSorted()).toEqual([1, 2]));
    const second = receiver.messages.find((message) => message.includes('sequenceId="2"')) ?? '';
    expect(second).toContain('"truncated":true');
    expect(second.length).toBeLessThan(2_048);
  });

  it('fails where nobody listens, and where somebody listens who never reads', async () => {
    const gone = await streamReceiver();
    await gone.close();
    await expect(syslogSink(gone.port).write(events(1, 1))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    // A TCP port that never speaks TLS hangs the handshake.
    const mute = await streamReceiver();
    closing.push(() => mute.close());
    const hanging = syslogSink(mute.port, { transport: 'tls', timeout: 100 });
    await expect(hanging.write(events(1, 1))).rejects.toMatchObject({ code: 'TIMEOUT' });
  });
});

const HMAC = new SecretValue(['fake', 'webhook', 'secret'].join('-'));

function webhookSink(url: string, change: Partial<WebhookSinkOptions> = {}): WebhookSink {
  return opened(
    new WebhookSink({
      name: 'hook',
      url,
      signing: { hmac: HMAC },
      privateNetwork: false,
      durable: false,
      batch: 2,
      timeout: 2_000,
      ca: certificate.cert,
      now: () => new Date('2026-03-01T12:00:00Z'),
      ...change,
    }),
  );
}

describe('a webhook', () => {
  it('gets signed batches over TLS', async () => {
    const server = await webhookServer(certificate);
    closing.push(() => server.close());
    await webhookSink(server.url, { authorization: new SecretValue('Bearer fake') }).write(events(1, 2));
    const { headers, body } = server.received[0] ?? { headers: {} as IncomingHttpHeaders, body: '' };
    expect(JSON.parse(body)).toEqual({ events: events(1, 2) });
    expect(headers).toMatchObject({ 'content-type': 'application/json', authorization: 'Bearer fake' });
    const text = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    expect(headers['webhook-signature']).toBe(
      `v1,${createHmac('sha256', HMAC.reveal()).update(text).digest('base64')}`,
    );
    expect(headers['webhook-timestamp']).toBe('1772366400');
  });

  it('may be signed with the key of the issuer instead', async () => {
    const server = await webhookServer(certificate);
    closing.push(() => server.close());
    const bench = await openSinks([fileSink(join(folder(), 'a.jsonl'))]);
    await webhookSink(server.url, { signing: { jws: bench.keys.signDetached } }).write(events(1, 1));
    const { headers, body } = server.received[0] ?? { headers: {} as IncomingHttpHeaders, body: '' };
    const [header, empty, signature] = String(headers['lapse-signature']).split('.');
    expect(empty).toBe('');
    const text = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const jws = `${header}.${Buffer.from(text).toString('base64url')}.${signature}`;
    const { keys } = await bench.issuer.jwks();
    const set = createLocalJWKSet({ keys: keys.map((key) => ({ ...key, kty: String(key.kty) })) });
    expect((await compactVerify(jws, set)).protectedHeader.alg).toBe('ES256');
    const forged = `${header}.${Buffer.from(`${text} `).toString('base64url')}.${signature}`;
    await expect(compactVerify(forged, set)).rejects.toThrow();
  });

  it('is refused a redirect, told of errors by status, and given up when it hangs', async () => {
    const server = await webhookServer(certificate);
    const elsewhere = await webhookServer(certificate);
    closing.push(
      () => server.close(),
      () => elsewhere.close(),
    );
    const sink = webhookSink(server.url, { timeout: 300 });
    server.answer = 307;
    server.location = elsewhere.url;
    await expect(sink.write(events(1, 1))).rejects.toMatchObject({ code: 'HTTP_307' });
    expect(elsewhere.received).toEqual([]);
    server.answer = 503;
    await expect(sink.write(events(1, 1))).rejects.toMatchObject({ code: 'HTTP_503' });
    server.answer = 'hang';
    await expect(sink.write(events(1, 1))).rejects.toMatchObject({ code: 'TIMEOUT' });
    server.answer = 200;
    server.body = 'x'.repeat(100_000);
    await expect(sink.write(events(1, 1))).rejects.toMatchObject({ code: 'ANSWER_TOO_LARGE' });
  });

  it.each(['https://169.254.169.254/', 'https://10.0.0.1/', 'https://[fd00::1]/', 'https://0.0.0.0/'])(
    'does not go to %s',
    async (url) => {
      await expect(webhookSink(url).write(events(1, 1))).rejects.toMatchObject({ code: 'ADDRESS_NOT_ALLOWED' });
    },
  );

  it('does not believe a certificate of nobody', async () => {
    const server = await webhookServer(certificate);
    closing.push(() => server.close());
    const { ca: _none, ...usual } = { ca: '', name: 'hook', url: server.url };
    const sink = opened(
      new WebhookSink({
        ...usual,
        signing: { hmac: HMAC },
        privateNetwork: false,
        durable: false,
        batch: 1,
        timeout: 2_000,
        now: () => new Date(),
      }),
    );
    await expect(sink.write(events(1, 1))).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(server.received).toEqual([]);
  });
});

async function openSinks(sinks: readonly AuditSink[], options: Parameters<typeof openBench>[0] = {}): Promise<Bench> {
  const bench = await openBench({
    sinks,
    settings: { auditTimeout: 10_000, retryFirst: 10, retryMost: 20 },
    ...options,
  });
  closing.push(() => bench.close());
  return bench;
}

describe('several sinks', () => {
  it('one that is down is an alarm, holds up nobody, and gets what it missed', async () => {
    const server = await webhookServer(certificate);
    closing.push(() => server.close());
    server.answer = 500;
    const path = join(folder(), 'audit.jsonl');
    const bench = await openSinks([fileSink(path), webhookSink(server.url)]);
    expect((await bench.issuer.request(WORKLOAD, DETAIL, CONTEXT)).kind).toBe('granted');
    await vi.waitFor(async () => expect(await bench.events()).toContain('audit.sink_failed'));
    const { auditSinks, auditBacklog } = await bench.issuer.gauges();
    expect(auditSinks).toEqual([
      expect.objectContaining({ sink: 'file', failing: false }),
      expect.objectContaining({ sink: 'hook', failing: true }),
    ]);
    expect(auditSinks[1]?.lag).toBeGreaterThan(4);
    expect(auditBacklog).toBe(0);
    server.answer = 200;
    server.received.splice(0);
    await vi.waitFor(async () => expect(await bench.events()).toContain('audit.sink_recovered'));
    const got = () => server.received.flatMap(({ body }) => JSON.parse(body).events as AuditEvent[]);
    const all = await bench.issuer.audit({ limit: 100 });
    await vi.waitFor(() => expect(got().map(({ seq }) => seq)).toEqual(all.map(({ seq }) => seq)));
    expect(all.find(({ event: name }) => name === 'audit.sink_recovered')?.detail).toMatchObject({ sink: 'hook' });
  });

  it('one that cannot tell goes on where the store says', async () => {
    const server = await webhookServer(certificate);
    closing.push(() => server.close());
    const place = folder();
    const first = await openBench({
      folder: place,
      sinks: [fileSink(join(place, 'a.jsonl')), webhookSink(server.url)],
    });
    await first.issuer.request(WORKLOAD, DETAIL, CONTEXT);
    await first.issuer.reconcile();
    await first.close();
    const second = await openBench({
      folder: place,
      sinks: [fileSink(join(place, 'a.jsonl')), webhookSink(server.url)],
    });
    await second.issuer.request(WORKLOAD, DETAIL, CONTEXT);
    await second.close();
    const got = server.received.flatMap(({ body }) => (JSON.parse(body).events as AuditEvent[]).map(({ seq }) => seq));
    expect(got).toEqual(got.map((_seq, at) => at + 1));
    expect(got.length).toBeGreaterThan(10);
  });

  it('a hanging one is an alarm although nobody waits for it', async () => {
    const server = await webhookServer(certificate);
    closing.push(() => server.close());
    server.answer = 'hang';
    const bench = await openSinks([fileSink(join(folder(), 'a.jsonl')), webhookSink(server.url, { timeout: 50 })]);
    await bench.issuer.request(WORKLOAD, DETAIL, CONTEXT);
    await vi.waitFor(async () =>
      expect((await bench.issuer.audit({ limit: 100 })).map(({ detail }) => detail)).toContainEqual({
        sink: 'hook',
        error: 'TIMEOUT',
      }),
    );
  });

  it('one that is ahead of a store that was put back gets what is new', async () => {
    const ahead = join(folder(), 'a.jsonl');
    const place = folder();
    const bench = await openSinks([fileSink(join(place, 'b.jsonl'))]);
    await fileSink(ahead).write(events(1, 500).map((one) => ({ ...one, chain: bench.store.chain })));
    await bench.issuer.close();
    const restored = await openBench({ folder: bench.folder, sinks: [fileSink(ahead)] });
    expect((await restored.issuer.request(WORKLOAD, DETAIL, CONTEXT)).kind).toBe('granted');
    await restored.close();
    expect(readFileSync(ahead, 'utf8')).toContain('"event":"request.received"');
  });

  it('little room is told once', async () => {
    const path = join(folder(), 'a.jsonl');
    const bench = await openSinks([fileSink(path, { minFree: Number.MAX_SAFE_INTEGER })]);
    await bench.issuer.reconcile();
    await bench.issuer.reconcile();
    const names = await bench.events();
    expect(names.filter((name) => name === 'audit.sink_space_low')).toHaveLength(1);
    expect(existsSync(path)).toBe(true);
    expect(readdirSync(join(path, '..'))).toEqual(['a.jsonl']);
  });
});
