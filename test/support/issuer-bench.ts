import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Broker } from '../../src/brokers/broker.ts';
import { createJwtBroker } from '../../src/brokers/jwt.ts';
import type { AuditSink } from '../../src/issuer/audit/audit-sink.ts';
import { FileSink } from '../../src/issuer/audit/file-sink.ts';
import { createIssuer } from '../../src/issuer/create-issuer.ts';
import type { CallContext, Issuer } from '../../src/issuer/issuer.ts';
import { type IssuerKeys, openIssuerKeys } from '../../src/issuer/keys.ts';
import type { KnownSecret, KnownSecrets } from '../../src/issuer/known-secrets.ts';
import { DEFAULT_SETTINGS, type IssuerSettings } from '../../src/issuer/settings.ts';
import type { AccessDetail, Decision, Requester } from '../../src/model/access-request.ts';
import type { RawFinding } from '../../src/model/finding.ts';
import { fingerprint } from '../../src/model/fingerprint.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { PolicyEngine } from '../../src/policy/engine.ts';
import type { IssuerStore } from '../../src/store/issuer/issuer-store.ts';
import { openIssuerStore } from '../../src/store/issuer/open-issuer-store.ts';

/** A clock that moves when a test says so. */
export class TestClock {
  #now: number;

  constructor(at = '2026-03-01T12:00:00.000Z') {
    this.#now = new Date(at).getTime();
  }

  readonly now = (): Date => new Date(this.#now);

  advance(milliseconds: number): void {
    this.#now += milliseconds;
  }
}

/** Policy by hand: what `decide` answers may be changed at any time, and so may its revision. */
export class HandPolicy implements PolicyEngine {
  revision = 'sha256:one';
  readonly rules = new Map();
  readonly inputs: JsonObject[] = [];
  decision: (input: JsonObject) => Promise<Decision> = async () => allow();
  alert: (input: JsonObject) => Promise<readonly RawFinding[]> = async () => [];

  async decide(input: JsonObject): Promise<Decision> {
    this.inputs.push(input);
    return { ...(await this.decision(input)), policy_revision: this.revision };
  }

  async alerts(input: JsonObject): Promise<readonly RawFinding[]> {
    return await this.alert(input);
  }

  async findings(): Promise<readonly RawFinding[]> {
    return [];
  }

  async drift(): Promise<readonly RawFinding[]> {
    return [];
  }

  async close(): Promise<void> {}
}

export function allow(change: Partial<Decision> = {}): Decision {
  return {
    effect: 'allow',
    rule: 'test-allow',
    reasons: [],
    ttl_max: 3600,
    scope: { actions: ['read'], resources: [] },
    source_cidrs: [],
    approvals: [],
    notify: [],
    policy_revision: 'sha256:one',
    ...change,
  };
}

export function escalate(approvals: Decision['approvals'], change: Partial<Decision> = {}): Decision {
  return allow({ effect: 'escalate', rule: 'test-escalate', approvals, ...change });
}

export const CONTEXT: CallContext = { sourceIp: '10.2.3.4', correlationId: 'cor-1' };

export const WORKLOAD: Requester = {
  kind: 'workload',
  issuer: 'https://ci.example',
  subject: 'repo:acme/orders:ref:refs/heads/main',
  owners: ['olga'],
  claims: { repository: 'acme/orders', jti: 'one', iat: 1 },
};

export const DETAIL: AccessDetail = {
  type: 'api_token',
  target: 'api',
  actions: ['read'],
  resources: [],
  duration: 300,
};

/** For tests in which one requester asks very often. */
export const MANY_LEASES: Partial<IssuerSettings> = {
  quotas: {
    ...DEFAULT_SETTINGS.quotas,
    activeLeasesPerSubject: 1000,
    leasesPerMinutePerSubject: 1000,
    overdueLeasesPerTarget: 1000,
  },
};

/** An inventory of static secrets, by value. */
export class HandSecrets implements KnownSecrets {
  readonly #known = new Map<string, KnownSecret>();

  add(known: KnownSecret): void {
    this.#known.set(known.secret.fingerprint, known);
  }

  fingerprint(value: string): string {
    return fingerprint(Buffer.alloc(32, 7), value);
  }

  async byFingerprint(asked: string): Promise<KnownSecret | undefined> {
    return this.#known.get(asked);
  }

  async byId(id: string): Promise<KnownSecret | undefined> {
    return [...this.#known.values()].find(({ secret }) => secret.id === id);
  }
}

export interface Bench {
  readonly issuer: Issuer;
  readonly store: IssuerStore;
  readonly keys: IssuerKeys;
  readonly policy: HandPolicy;
  readonly clock: TestClock;
  readonly secrets: HandSecrets;
  readonly folder: string;
  /** What the operator's log said. */
  readonly log: object[];
  /** Names of the events in the audit log, oldest first. */
  events(): Promise<readonly string[]>;
  operator(name: string, groups: readonly string[], human?: string): Promise<void>;
  close(): Promise<void>;
}

export interface BenchOptions {
  readonly settings?: Partial<IssuerSettings>;
  readonly brokers?: ReadonlyMap<string, Broker>;
  readonly sinks?: readonly AuditSink[];
  readonly clock?: TestClock;
  readonly now?: () => Date;
  /** In place of policy by hand. */
  readonly engine?: PolicyEngine;
  /** What the inventory says; nothing when absent. */
  readonly risk?: (requester: string | undefined, target: readonly string[]) => Promise<JsonObject | null>;
  /** When old events leave the store, and for where. */
  readonly retention?: { readonly folder: string; readonly keep: number };
  /** Of an earlier bench, for a restart. */
  readonly folder?: string;
}

/** Generating RSA keys takes half a second: one set does for all benches of a process. */
let sharedKeys: Promise<IssuerKeys> | undefined;

async function makeKeys(): Promise<IssuerKeys> {
  const folder = mkdtempSync(join(tmpdir(), 'lapse-keys-'));
  try {
    return await openIssuerKeys(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A whole issuer on a store of its own, with a `jwt` target named `api`. */
export async function openBench(options: BenchOptions = {}): Promise<Bench> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'lapse-issuer-'));
  const clock = options.clock ?? new TestClock();
  const now = options.now ?? clock.now;
  const policy = new HandPolicy();
  const secrets = new HandSecrets();
  const log: object[] = [];
  const store = await openIssuerStore(join(folder, 'issuer.db'));
  sharedKeys ??= makeKeys();
  const keys = await sharedKeys;
  const issuerUrl = 'https://lapse.example';
  const jwt = createJwtBroker(
    { type: 'jwt', audience: 'https://api.example', actions: ['read', 'write'], alg: 'ES256', maxSeconds: 3600 },
    { issuerUrl, sign: keys.sign, now },
  );
  const brokers = options.brokers ?? new Map([['api', jwt]]);
  const targets = [...brokers.keys()].map((id) => ({
    id,
    type: id === 'api' ? 'jwt' : 'test',
    environment: 'test',
    labels: {},
    principals: [],
    maxSeconds: 3600,
  }));
  const record = (facts: object) => void log.push(facts);
  const issuer = createIssuer({
    store,
    policy: options.engine ?? policy,
    brokers,
    keys,
    secrets,
    ...(options.risk === undefined ? {} : { risk: options.risk }),
    ...(options.retention === undefined ? {} : { retention: options.retention }),
    settings: { ...DEFAULT_SETTINGS, targets, ...options.settings },
    auditSinks: options.sinks ?? [
      new FileSink({ name: 'file', path: join(folder, 'audit', 'audit.jsonl'), timeout: 5_000, minFree: 0 }),
    ],
    logger: { info: record, warn: record, error: record },
    now,
  });
  return {
    issuer,
    store,
    keys,
    policy,
    clock,
    secrets,
    folder,
    log,
    events: async () => (await issuer.audit({ limit: 10_000 })).map(({ event }) => event),
    operator: async (name, groups, human = name) => {
      await store.write(({ operators }) => operators.insert({ name, human, groups, createdAt: now().toISOString() }));
    },
    close: async () => {
      await issuer.close();
      await store.close();
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}
