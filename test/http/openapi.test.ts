import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormatsModule from 'ajv-formats';
import type { FastifyServerOptions, RouteOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openApiDocument } from '../../src/http/openapi/document.ts';
import { metadataPlaces } from '../../src/http/routes/metadata.ts';
import { fingerprint } from '../../src/model/fingerprint.ts';
import { secretId } from '../../src/model/id.ts';
import { type Answer, CIBA, type HttpBench, ISSUER_URL, JWT, openHttpBench, PASSWORD } from '../support/http-bench.ts';
import { escalate } from '../support/issuer-bench.ts';

/** Every route that the web framework is given, whoever gives it. */
const routes = vi.hoisted((): { method: string; path: string }[] => []);
vi.mock('fastify', async (original) => {
  const real = await original<typeof import('fastify')>();
  return {
    ...real,
    fastify: (options: FastifyServerOptions) => {
      const app = real.fastify(options);
      app.addHook('onRoute', ({ method, url }: RouteOptions & { url: string }) => {
        for (const one of [method].flat()) routes.push({ method: one.toLowerCase(), path: url });
      });
      return app;
    },
  };
});

interface Described {
  readonly operationId: string;
  readonly security: readonly Readonly<Record<string, unknown>>[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[];
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
}
type Content = Readonly<Record<string, { readonly schema: { readonly $ref: string } }>>;
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: { readonly schemas: object; readonly securitySchemes: object };
}

/** Pages for people: left out, as the document says. */
const PAGES = /^\/(?:console|login|logout|device)(?:\/|$)/;
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

let bench: HttpBench;
let document: Document;
/** What real answers were held against. */
const seen = new Set<string>();

beforeAll(async () => {
  bench = await openHttpBench({
    http: {
      securityEvents: {
        receiverOf: (header) => (header === 'Bearer poll-token' ? 'siem' : undefined),
        poll: async () => ({ sets: {}, moreAvailable: false }),
      },
    },
  });
  document = (await bench.api('GET', '/openapi.json')).body as unknown as Document;
});

afterAll(async () => {
  await bench.close();
});

function operations(): readonly { readonly method: string; readonly path: string; readonly operation: Described }[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation === undefined ? [] : [{ method, path, operation }];
    }),
  );
}

describe('the document and the routes', () => {
  const framed = (path: string): string => path.replace(/\{(\w+)\}/g, ':$1');

  it('describes every route that programs call, and none besides', async () => {
    const described = operations().map(({ method, path }) => `${method} ${framed(path)}`);
    const asked = routes.filter(({ method, path }) => !PAGES.test(path) && method !== 'head');
    const refused = new Set<string>();
    for (const { method, path } of asked) {
      const id = `${method} ${path}`;
      // What only says that another method is served needs no description.
      if (!described.includes(id) && (await fetch(bench.url + path, { method: method.toUpperCase() })).status === 405)
        refused.add(id);
    }
    const real = new Set(asked.map(({ method, path }) => `${method} ${path}`).filter((id) => !refused.has(id)));
    expect(real.size).toBeGreaterThan(25);
    expect([...real].sort()).toEqual([...described].sort());
  });

  it('has the places of an issuer whose URL has a path', () => {
    const { paths, servers } = openApiDocument('https://lapse.example/team/a') as Document & { servers: object };
    expect(servers).toEqual([{ url: 'https://lapse.example/team/a' }]);
    for (const place of metadataPlaces('https://lapse.example/team/a'))
      expect(paths[place]).toMatchObject({ servers: [{ url: 'https://lapse.example' }] });
  });

  it('has each grant of the token endpoint', () => {
    const forms = JSON.stringify((document.components.schemas as Record<string, object>).TokenForm);
    for (const grant of ['token-exchange', 'client_credentials', 'ciba', 'device_code'])
      expect(forms).toMatch(new RegExp(`"const":"[^"]*${grant}"`));
  });
});

describe('the document itself', () => {
  it('has the form of OpenAPI 3.1', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { path, operation } of operations()) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const inPath = (operation.parameters ?? []).filter((one) => one.in === 'path');
      expect(inPath.map(({ name }) => name)).toEqual(named);
      expect(inPath.every(({ required }) => required === true)).toBe(true);
      for (const proof of operation.security.flatMap(Object.keys))
        expect(document.components.securitySchemes).toHaveProperty(proof);
      for (const [status, { description }] of Object.entries(operation.responses)) {
        expect(status).toMatch(/^[1-5]\d\d$/);
        expect(description).not.toBe('');
      }
    }
  });

  it('refers to nothing that is not there, and its schemas are schemas', () => {
    const text = JSON.stringify(document);
    const names = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref = '']) => ref);
    expect(names.length).toBeGreaterThan(50);
    for (const ref of new Set(names)) {
      expect(ref).toMatch(/^#\/components\/schemas\/\w+$/);
      expect(document.components.schemas).toHaveProperty(ref.slice('#/components/schemas/'.length));
    }
    const ajv = new Ajv2020({ strict: false });
    for (const schema of Object.values(document.components.schemas)) expect(ajv.validateSchema(schema)).toBe(true);
  });
});

/** Answers may have more one day, so the document lets them; here everything that is answered must be described. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]));
  return 'properties' in inner && !('additionalProperties' in inner)
    ? { ...inner, additionalProperties: false }
    : inner;
}

/** Holds an answer against what the document says of it. */
function check(method: string, path: string, answer: Answer): Answer {
  const lower = method.toLowerCase();
  const response = document.paths[path]?.[lower]?.responses[answer.status];
  expect(response, `${method} ${path} ${answer.status} ${JSON.stringify(answer.body)}`).toBeDefined();
  seen.add(`${lower} ${path} ${answer.status}`);
  if (response?.content === undefined) return answer;
  const [type = ''] = (answer.headers.get('content-type') ?? '').split(';');
  const schema = response.content[type]?.schema;
  expect(schema, `${method} ${path} as ${type}`).toBeDefined();
  const ajv = new Ajv2020({ strict: false });
  addFormatsModule.default(ajv);
  const validate = ajv.compile({ ...schema, components: closed(document.components) as object });
  expect(validate(answer.body), `${method} ${path}: ${JSON.stringify(validate.errors)}`).toBe(true);
  return answer;
}

async function call(method: string, path: string, session?: string, json?: unknown, id?: string): Promise<Answer> {
  const asked = id === undefined ? path : path.replace('{id}', id);
  return check(method, path.split('?')[0] ?? path, await bench.api(method, asked, session, json));
}

const post = async (path: string, form: Readonly<Record<string, string>>, session?: string): Promise<Answer> =>
  check(
    'POST',
    path,
    await bench.post(path, form, session === undefined ? {} : { authorization: `Bearer ${session}` }),
  );

describe('real answers', () => {
  const key = ['legacy', 'service', 'key', 'of', 'nobody'].join('_');
  const mark = fingerprint(Buffer.alloc(32, 7), key);

  it('of documents and health are as described', async () => {
    await call('GET', '/.well-known/ssf-configuration');
    await call('POST', '/security-events/poll', 'poll-token', {});
    await call('GET', '/readyz');
    await bench.issuer.reconcile();
    for (const path of ['/readyz', '/healthz', '/jwks', '/openapi.json', ...metadataPlaces(ISSUER_URL)])
      await call('GET', path);
    const metrics = await fetch(`${bench.url}/metrics`);
    check('GET', '/metrics', {
      ...metrics,
      headers: metrics.headers,
      status: 200,
      body: (await metrics.text()) as never,
    });
  });

  it('of requests and leases are as described', async () => {
    const ann = await bench.signIn('ann', ['dba']);
    bench.policy.decision = async () => escalate([{ from: 'dba', count: 1 }]);
    const wait = async (): Promise<string> => {
      const pending = check('POST', '/token', await bench.exchange());
      expect(pending.body.error).toBe('authorization_pending');
      return String(pending.body.auth_req_id);
    };
    const id = await wait();
    await call('GET', '/api/requests', ann);
    await call('GET', '/api/requests/{id}', ann, undefined, id);
    await call('GET', '/api/requests/{id}/card', ann, undefined, id);
    await call('POST', '/api/requests/{id}/approve', ann, { reason: 'fine', duration: 120 }, id);
    await call('GET', '/api/requests/{id}', ann, undefined, id);
    await call('POST', '/api/requests/{id}/deny', ann, { reason: 'no' }, await wait());
    const poll = { grant_type: CIBA, subject_token: await bench.token(), subject_token_type: JWT };
    const granted = await post('/token', { ...poll, auth_req_id: id });
    const token = String(granted.body.access_token);
    const lease = String(granted.body.lease_id);
    expect((await post('/introspect', { token }, ann)).body.active).toBe(true);
    await call('GET', '/api/leases', ann);
    await call('POST', '/api/leases/{id}/revoke', ann, undefined, lease);
    await call('POST', '/api/leases/revoke', ann, { target: 'api' });
    expect((await post('/introspect', { token }, ann)).body).toEqual({ active: false });
    await post('/revoke', { token });
    await call('GET', '/api/audit?limit=1000', ann);
    const opened = { login_hint: 'ann', subject_token: await bench.token(), subject_token_type: JWT, audience: 'api' };
    await post('/bc-authorize', { ...opened, scope: 'read' });
    await post('/device_authorization', { client_id: 'lapse-cli', machine: 'laptop' });
  });

  it('of people and records are as described', async () => {
    const eve = await bench.signIn('eve', ['dba']);
    await bench.signIn('fay', ['dba']);
    const { body } = await call('POST', '/api/session', undefined, { name: 'eve', password: PASSWORD });
    await call('GET', '/api/session', String(body.token));
    await call('DELETE', '/api/session', String(body.token));
    const until = new Date(bench.clock.now().getTime() + 3_600_000).toISOString();
    const given = await call('POST', '/api/delegations', eve, { substitute: 'fay', until });
    await call('GET', '/api/delegations', eve);
    await call('DELETE', '/api/delegations/{id}', eve, undefined, String(given.body.id));
    bench.secrets.add({
      secret: {
        id: secretId(mark),
        rule: 'generic/assignment',
        vendor: 'generic',
        title: 'Generic secret',
        confidence: 'generic',
        fingerprint: mark,
        validity: 'unknown',
        inHead: true,
        locations: [{ path: 'deploy/.env', line: 3, column: 9 }],
      },
    });
    const bind = { secret: secretId(mark), target: 'api', sourceCidrs: ['127.0.0.0/8'], until };
    const bound = await call('POST', '/api/bindings', eve, bind);
    expect(bound.status, JSON.stringify(bound.body)).toBe(201);
    await call('GET', '/api/bindings', eve);
    await call('POST', '/api/bindings/{id}/stage', eve, { stage: 'swapped' }, String(bound.body.id));
    const [request] = await bench.issuer.requests();
    const review = {
      id: 'rev_one',
      request: request?.id ?? '',
      target: 'api',
      operator: 'ann',
      human: 'ann',
      reason: 'the site is down',
      openedAt: bench.clock.now().toISOString(),
      dueAt: until,
    };
    await bench.store.write(({ reviews }) => reviews.insert(review));
    await call('GET', '/api/reviews', eve);
    await call('POST', '/api/reviews/{id}', eve, { verdict: 'ok', note: 'looked at it' }, 'rev_one');
  });

  it('of errors are as described', async () => {
    const eve = (await call('POST', '/api/session', undefined, { name: 'eve', password: PASSWORD })).body
      .token as string;
    await call('GET', '/api/leases');
    await call('GET', '/api/requests/{id}', eve, undefined, 'req_none');
    await call('POST', '/api/leases/revoke', eve, {});
    await post('/token', { grant_type: 'password' });
    await post('/introspect', { token: 'x' });
  });

  it('were seen for every operation', () => {
    const missing = operations().flatMap(({ method, path, operation }) =>
      Object.keys(operation.responses)
        .filter((status) => status.startsWith('2'))
        .map((status) => `${method} ${path} ${status}`),
    );
    // A target that cannot be reached; the same schema as 200.
    const elsewhere = ['post /api/leases/{id}/revoke 202', 'post /api/leases/revoke 202'];
    expect(missing.filter((one) => !seen.has(one)).sort()).toEqual(elsewhere.sort());
  });
});
