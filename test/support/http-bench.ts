import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { Seal } from '../../src/http/browser/seal.ts';
import { createServer } from '../../src/http/create-server.ts';
import { DeviceFlow } from '../../src/http/device/device-flow.ts';
import { LeaseHandles } from '../../src/http/lease-handle.ts';
import { Metrics } from '../../src/http/metrics.ts';
import { Operators } from '../../src/http/operators/operators.ts';
import { hashPassword } from '../../src/http/operators/password.ts';
import { SecondFactor } from '../../src/http/operators/second-factor.ts';
import type { HttpOptions } from '../../src/http/options.ts';
import type { People } from '../../src/http/people.ts';
import type { TrustRule } from '../../src/http/subject-token/trust-rule.ts';
import type { HttpTarget } from '../../src/http/target.ts';
import { NO_TRACING } from '../../src/issuer/tracing.ts';
import { SecretValue } from '../../src/model/secret-value.ts';
import { type Bench, type BenchOptions, openBench } from './issuer-bench.ts';
import { startTokenIssuer, type TokenIssuer } from './token-issuer.ts';

export const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
export const CIBA = 'urn:openid:params:grant-type:ciba';
export const JWT = 'urn:ietf:params:oauth:token-type:jwt';
/** `iss` of tokens of the issuer bench. */
export const ISSUER_URL = 'https://lapse.example';
export const SUBJECT = 'repo:acme/orders:ref:refs/heads/main';
/** Of the bench: not that of a store. */
export const STORE_KEY = Buffer.alloc(32, 1);
export const API_DETAIL = [{ type: 'api_token', actions: ['read'], duration: 300 }];

type Parameters = Readonly<Record<string, string | undefined>>;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** An issuer behind real HTTP, and a token issuer that it trusts for `repo:acme/*` on the main branch. */
export interface HttpBench extends Bench {
  readonly url: string;
  readonly idp: TokenIssuer;
  /** Lines of the daemon's log. */
  readonly logLines: readonly string[];
  /** A good token of the trusted workload, or one that differs in a claim. */
  token(claims?: Readonly<Record<string, unknown>>): Promise<string>;
  /** POSTs a form; undefined parameters are left out. */
  post(path: string, parameters: Parameters | string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** A token exchange for the target `api` that is good unless changed. */
  exchange(changes?: Parameters): Promise<Answer>;
  api(method: string, path: string, session?: string, json?: unknown): Promise<Answer>;
  /** Makes an operator and signs in: the session token. */
  signIn(name: string, groups?: readonly string[]): Promise<string>;
}

/** Of operators that a test makes: they all have the same, whose hash takes a while. */
export const PASSWORD = ['correct', 'horse', 'battery'].join('-');
let passwordHash: Promise<string> | undefined;

export async function openHttpBench(
  options: BenchOptions & {
    readonly trust?: Partial<TrustRule>;
    readonly http?: Partial<HttpOptions>;
    readonly idp?: TokenIssuer;
    readonly people?: Omit<People, 'devices'>;
  } = {},
): Promise<HttpBench> {
  const bench = await openBench(options);
  const idp = options.idp ?? (await startTokenIssuer());
  const logLines: string[] = [];
  const log = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      logLines.push(chunk.toString('utf8'));
      done();
    },
  });
  const now = options.now ?? bench.clock.now;
  const metrics = new Metrics();
  bench.issuer.onEvents(metrics.observe);
  const secondFactor = new SecondFactor(STORE_KEY);
  const operators = new Operators({ store: bench.store, issuer: bench.issuer, secondFactor, now });
  const app = await createServer({
    issuer: bench.issuer,
    metrics,
    tracing: NO_TRACING,
    stopping: () => false,
    url: ISSUER_URL,
    sign: bench.keys.sign,
    trust: [trustRule(idp.url, options.trust)],
    spiffe: [],
    clients: [],
    targets: [
      target({ id: 'api', detailType: 'api_token', names: ['https://api.example'], resourceServers: ['ci'] }),
      target({ id: 'other', detailType: 'db_credential', names: ['postgresql://other'] }),
    ],
    operators,
    people: {
      ...(options.people ?? { seal: new Seal(Buffer.alloc(32, 3)), passwords: true }),
      devices: new DeviceFlow({ store: bench.store, operators, issuer: bench.issuer, now }),
    },
    handles: new LeaseHandles(STORE_KEY),
    logger: pino(log),
    trustedProxies: [],
    requestsPerMinute: 100_000,
    now,
    ...options.http,
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });

  async function send(path: string, init: RequestInit): Promise<Answer> {
    const response = await fetch(url + path, init);
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
  }

  const self: HttpBench = {
    ...bench,
    url,
    idp,
    logLines,
    token: (claims = {}) => idp.sign(goodClaims(idp.url, now(), claims)),
    post: (path, parameters, headers = {}) =>
      send(path, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body: typeof parameters === 'string' ? parameters : encode(parameters),
      }),
    exchange: async (changes = {}) =>
      self.post('/token', {
        grant_type: EXCHANGE,
        subject_token: changes.subject_token ?? (await self.token()),
        subject_token_type: JWT,
        audience: 'api',
        authorization_details: JSON.stringify(API_DETAIL),
        ...changes,
      }),
    api: (method, path, session, json) =>
      send(path, {
        method,
        headers: {
          ...(session === undefined ? {} : { authorization: `Bearer ${session}` }),
          ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(json === undefined ? {} : { body: typeof json === 'string' ? json : JSON.stringify(json) }),
      }),
    signIn: async (name, groups = []) => {
      passwordHash ??= hashPassword(new SecretValue(PASSWORD));
      const hash = await passwordHash;
      const createdAt = now().toISOString();
      await bench.store.write(({ operators }) =>
        operators.insert({ name, human: name, groups, createdAt, passwordHash: hash }),
      );
      const { body } = await self.api('POST', '/api/session', undefined, { name, password: PASSWORD });
      return String(body.token);
    },
    close: async () => {
      await app.close();
      if (options.idp === undefined) await idp.close();
      await bench.close();
    },
  };
  return self;
}

function target(change: Partial<HttpTarget> & Pick<HttpTarget, 'id' | 'detailType'>): HttpTarget {
  return {
    names: [],
    audience: change.names?.[0] ?? change.id,
    offers: [],
    maxSeconds: 3600,
    resourceServers: [],
    ...change,
  };
}

export function trustRule(issuer: string, change: Partial<TrustRule> = {}): TrustRule {
  return {
    id: 'ci',
    issuer,
    audience: ISSUER_URL,
    privateNetwork: false,
    subject: 'repo:acme/*:ref:refs/heads/main',
    claims: { repository_owner: 'acme' },
    algs: ['RS256', 'ES256'],
    maxTokenAge: 600_000,
    replay: 'single_use',
    clients: [],
    ownersFrom: ['actor'],
    ...change,
  };
}

export function goodClaims(
  issuer: string,
  now: Date,
  changes: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const seconds = Math.floor(now.getTime() / 1000);
  return {
    iss: issuer,
    sub: SUBJECT,
    aud: ISSUER_URL,
    iat: seconds,
    exp: seconds + 300,
    jti: randomUUID(),
    repository_owner: 'acme',
    actor: 'olga',
    ...changes,
  };
}

function encode(parameters: Parameters): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) form.append(name, value);
  return form.toString();
}
