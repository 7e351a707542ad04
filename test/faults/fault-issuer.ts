import { join } from 'node:path';
import type { Broker } from '../../src/brokers/broker.ts';
import { createPostgresBroker } from '../../src/brokers/postgres/postgres-broker.ts';
import { createPostgresMembershipBroker } from '../../src/brokers/postgres-membership/membership-broker.ts';
import { FileSink } from '../../src/issuer/audit/file-sink.ts';
import { createIssuer } from '../../src/issuer/create-issuer.ts';
import type { Issuer } from '../../src/issuer/issuer.ts';
import { openIssuerKeys } from '../../src/issuer/keys.ts';
import { DEFAULT_QUOTAS, DEFAULT_SETTINGS } from '../../src/issuer/settings.ts';
import type { IssuerStore } from '../../src/store/issuer/issuer-store.ts';
import { openIssuerStore } from '../../src/store/issuer/open-issuer-store.ts';
import { allow, HandPolicy, HandSecrets } from '../support/issuer-bench.ts';
import { DB_DETAIL, membershipTargetAt, targetAt } from '../support/postgres-target.ts';

/** Roles that exist are elevated there, on the same server. */
export const MEMBERSHIP_TARGET = 'orders-members';

export interface FaultIssuer {
  readonly issuer: Issuer;
  readonly store: IssuerStore;
  readonly broker: Broker;
}

/** The issuer of the kill test, the same in the daemon that is killed and in the test that looks at what it left. */
export async function openFaultIssuer(
  folder: string,
  url: string,
  wrap: (broker: Broker) => Broker = (broker) => broker,
): Promise<FaultIssuer> {
  const store = await openIssuerStore(join(folder, 'issuer.db'));
  const times = { connectTimeout: 1_000, statementTimeout: 1_000 };
  const broker = createPostgresBroker(targetAt(url, times), store);
  const members = createPostgresMembershipBroker(
    membershipTargetAt(url, { ...times, id: MEMBERSHIP_TARGET, setRole: true, endSessions: true }),
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
    keys: await openIssuerKeys(join(folder, 'keys')),
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
    },
    auditSinks: [
      new FileSink({ name: 'file', path: join(folder, 'audit', 'audit.jsonl'), timeout: 5_000, minFree: 0 }),
    ],
    logger: { info() {}, warn() {}, error() {} },
    now: () => new Date(),
  });
  return { issuer, store, broker };
}
