import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AuditSink } from '../../src/issuer/audit/audit-sink.ts';
import { type HttpBench, openHttpBench } from '../support/http-bench.ts';
import { CONTEXT } from '../support/issuer-bench.ts';

let bench: HttpBench | undefined;

afterEach(async () => {
  await bench?.close();
  bench = undefined;
});

const READY = { store: true, audit: true, policy: true, reconciled: true, stopping: false };

describe('GET /readyz', () => {
  it('says no until what the last run left has been looked at, and yes then', async () => {
    bench = await openHttpBench();
    expect(await bench.api('GET', '/readyz')).toMatchObject({
      status: 503,
      body: { status: 'not-ready', checks: { ...READY, reconciled: false } },
    });
    await bench.issuer.reconcile();
    expect(await bench.api('GET', '/readyz')).toMatchObject({ status: 200, body: { status: 'ready', checks: READY } });
  });

  it('says no while the daemon is about to stop, and which of its needs is not met', async () => {
    let stopping = false;
    bench = await openHttpBench({ http: { stopping: () => stopping } });
    await bench.issuer.reconcile();
    stopping = true;
    expect(await bench.api('GET', '/readyz')).toMatchObject({ status: 503, body: { checks: { stopping: true } } });
  });

  it('says no when policy fails, and when no audit sink can be written', async () => {
    const full: AuditSink = {
      name: 'full',
      durable: true,
      timeout: 1_000,
      batch: 100,
      lastSeq: async () => 0,
      write: async () => {
        throw new Error('no space left');
      },
      close: async () => undefined,
    };
    bench = await openHttpBench({ sinks: [full] });
    bench.policy.decision = async () => {
      throw new Error('a policy that errs');
    };
    await bench.issuer.reconcile();
    await bench.issuer.record({ event: 'operator.signed_out', actor: 'operator:alice', detail: {} }, CONTEXT);
    const looked = bench;
    await vi.waitFor(async () => {
      const { status, body } = await looked.api('GET', '/readyz');
      expect([status, body.checks]).toEqual([503, { ...READY, audit: false, policy: false }]);
    });
    expect(await bench.api('GET', '/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } });
  });
});
