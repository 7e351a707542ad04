import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openTracing } from '../../../src/cli/daemon/open-tracing.ts';
import { tracedBroker, tracedPolicy } from '../../../src/cli/daemon/traced.ts';
import { parseConfig } from '../../../src/config/parse-config.ts';
import { AppError } from '../../../src/errors.ts';
import type { Tracing } from '../../../src/issuer/tracing.ts';
import { HandPolicy } from '../../support/issuer-bench.ts';
import { ScriptedBroker } from '../../support/scripted-broker.ts';

const exportSchema = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({
        attributes: z.array(z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) })),
      }),
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({
              traceId: z.string(),
              spanId: z.string(),
              parentSpanId: z.string().optional(),
              name: z.string(),
              status: z.object({ code: z.number(), message: z.string().optional() }),
            }),
          ),
        }),
      ),
    }),
  ),
});

/** A collector that keeps what it is sent. */
let received: z.infer<typeof exportSchema>[];
let headers: IncomingHttpHeaders;
let url: string;
let stop: () => Promise<void>;

beforeEach(async () => {
  received = [];
  const server = createServer((request, response) => {
    headers = request.headers;
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push(exportSchema.parse(JSON.parse(Buffer.concat(chunks).toString('utf8'))));
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`;
  stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
});

afterEach(() => stop());

async function open(more = ''): Promise<Tracing> {
  const config = parseConfig(`version: 1\nissuer:\n  tracing: {otlp: "${url}"${more}}\n`, 'lapse.yaml');
  if (config.issuer === undefined) throw new Error('no issuer');
  return await openTracing(config.issuer, { env: { COLLECTOR: 'let-me-in' }, folder: '/' });
}

const spans = () =>
  received.flatMap(({ resourceSpans }) =>
    resourceSpans.flatMap((each) => each.scopeSpans.flatMap((scope) => scope.spans)),
  );
const TRACE = '0af7651916cd43dd8448eb211c80319c';

describe('traces', () => {
  it('are spans of one request, below the span of its caller, with what policy and brokers did', async () => {
    const tracing = await open(', headers: {authorization: {env: COLLECTOR}}');
    const took: string[] = [];
    const policy = tracedPolicy(new HandPolicy(), tracing, (entry) => took.push(entry));
    const broker = tracedBroker('api', new ScriptedBroker(() => new Date()), tracing);
    const done = await new Promise<Promise<unknown>>((resolve) => {
      const end = tracing.request('POST /token', {}, `00-${TRACE}-b7ad6b7169203331-01`, () => {
        resolve(
          policy
            .decide({})
            .then(() => broker?.list())
            .then(() => end('POST /token', { 'http.response.status_code': 200 }, false)),
        );
      });
    });
    await done;
    await tracing.close();
    const [decide, list, request] = spans();
    expect([decide?.name, list?.name, request?.name]).toEqual(['policy.decide', 'broker.list', 'POST /token']);
    expect(new Set(spans().map(({ traceId }) => traceId))).toEqual(new Set([TRACE]));
    expect(request?.parentSpanId).toBe('b7ad6b7169203331');
    expect([decide?.parentSpanId, list?.parentSpanId]).toEqual([request?.spanId, request?.spanId]);
    expect(took).toEqual(['decide']);
    expect(headers.authorization).toBe('let-me-in');
  });

  it('say of a failure its code and never its text', async () => {
    const tracing = await open();
    const failing = async (): Promise<never> => {
      throw new AppError('ERR_TARGET_UNREACHABLE', 'password in the text');
    };
    await expect(tracing.span('broker.create', {}, failing)).rejects.toThrow('password in the text');
    await tracing.close();
    expect(spans()).toMatchObject([{ name: 'broker.create', status: { code: 2, message: 'ERR_TARGET_UNREACHABLE' } }]);
    expect(JSON.stringify(received)).not.toContain('password');
  });

  it('are none where the caller has decided against it, and none with a share of 0', async () => {
    const tracing = await open();
    tracing.request('GET /jwks', {}, `00-${TRACE}-b7ad6b7169203331-00`, () => undefined)('GET /jwks', {}, false);
    await tracing.close();
    const never = await open(', sample: 0');
    await never.span('policy.decide', {}, async () => undefined);
    await never.close();
    expect(spans()).toEqual([]);
  });
});
