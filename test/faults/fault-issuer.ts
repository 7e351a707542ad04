import { join } from 'node:path';
import type { Broker } from '../../src/brokers/broker.ts';
import { createPostgresBroker } from '../../src/brokers/postgres/postgres-broker.ts';
import { createPostgresMembershipBroker } from '../../src/brokers/postgres-membership/membership-broker.ts';
import { FileSink } from '../../src/issuer/audit/file-sink.ts';
import { createIssuer } from '../../src/issuer/create-issuer.ts';
import type { Issuer } from '../../src/issuer/issuer.ts';
import { openIssuerKeys } from '../../src/issuer/keys.ts';
import { DEFAULT_QUOTAS, DEFAULT_SETTINGS } from '../../src/issuer/settings.ts';
import { SecretValue } from '../../src/model/secret-value.ts';
import type { IssuerStore } from '../../src/store/issuer/issuer-store.ts';
import { openIssuerStore } from '../../src/store/issuer/open-issuer-store.ts';
import { allow, HandPolicy, HandSecrets } from '../support/issuer-bench.ts';
import { DB_DETAIL, membershipTargetAt, targetAt } from '../support/postgres-target.ts';

/** Roles that exist are elevated there, on the same server. */
export const MEMBERSHIP_TARGET = 'orders-members';
/** The times of the issuer, shorter than outside so that a round is short too. Milliseconds. */
export const RECONCILE_INTERVAL = 300;
export const ABANDON_AFTER = 2_500;
export const DEAD_AFTER = 1_500;
const BEAT = 250;

export interface FaultPlace {
  /** A SQLite file, or the URL of a PostgreSQL database. */
  readonly store: string;
  /** Of the file sink. */
  readonly audit: string;
  readonly keys: string;
  /** The target's URL. */
  readonly target: string;
}

export interface FaultIssuer {
  readonly issuer: Issuer;
  readonly store: IssuerStore;
}

/** The issuer that faults come over. */
export async function openFaultIssuer(place: FaultPlace, wrap: (broker: Broker) => Broker): Promise<FaultIssuer> {
  const store = await openFaultStore(place.store);
  const times = { connectTimeout: 1_000, statementTimeout: 1_000 };
  const broker = createPostgresBroker(targetAt(place.target, times), store);
  const members = createPostgresMembershipBroker(
    membershipTargetAt(place.target, { ...times, id: MEMBERSHIP_TARGET, setRole: true, endSessions: true }),
    store,
  );
  const policy = new HandPolicy();
  policy.decision = async () => allow({ scope: { actions: ['select'], resources: ['orders.*'] } });
  const issuer = createIssuer({
    store,
    policy,
    brokers: new Map([
      [DB_DETAIL.target, wrap(broker)],
      [MEMBERSHIP_TARGET, wrap(members)],
    ]),
    keys: await openIssuerKeys(place.keys),
    secrets: new HandSecrets(),
    settings: {
      ...DEFAULT_SETTINGS,
      targets: [DB_DETAIL.target, MEMBERSHIP_TARGET].map((id) => ({
        id,
        type: 'postgres',
        environment: 'test',
        labels: {},
        principals: [],
        maxSeconds: 3600,
      })),
      quotas: {
        ...DEFAULT_QUOTAS,
        activeLeasesPerSubject: 1e6,
        leasesPerMinutePerSubject: 1e6,
        overdueLeasesPerTarget: 1e6,
      },
      retryFirst: 50,
      abandonAfter: ABANDON_AFTER,
      deadAfter: DEAD_AFTER,
      auditTimeout: 1_000,
    },
    auditSinks: [new FileSink({ name: 'file', path: join(place.audit, 'audit.jsonl'), timeout: 1_000, minFree: 0 })],
    logger: process.env.LAPSE_FAULT_LOG === undefined ? SILENT : SPOKEN,
    now: store.now,
  });
  return { issuer, store };
}

export function openFaultStore(place: string): Promise<IssuerStore> {
  return openIssuerStore(place.startsWith('postgres:') ? new SecretValue(place) : place, { beat: BEAT });
}

const SILENT = { info() {}, warn() {}, error() {} };
const say = (facts: object): void => console.error(process.pid, facts);
const SPOKEN = { info: say, warn: say, error: say };
