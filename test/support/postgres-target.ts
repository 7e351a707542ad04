import type { MintPlan } from '../../src/brokers/broker.ts';
import { externalId } from '../../src/brokers/external-id.ts';
import { createPostgresBroker } from '../../src/brokers/postgres/postgres-broker.ts';
import type { PostgresTarget } from '../../src/brokers/postgres/postgres-target.ts';
import type { PostgresMembershipTarget } from '../../src/brokers/postgres-membership/membership-target.ts';
import { randomId } from '../../src/issuer/random-id.ts';
import type { AccessDetail } from '../../src/model/access-request.ts';
import { SecretValue } from '../../src/model/secret-value.ts';
import { WORKLOAD } from './issuer-bench.ts';
import { runSql, type TestPostgres, urlFor } from './postgres.ts';

export const ISSUER_ID = '0123abcd';

/** A database with a table, a sequence of rows and the group roles that a target grants. */
export async function prepareDatabase(postgres: TestPostgres): Promise<void> {
  await runSql(
    postgres.url,
    `create role orders_reader nologin; create role orders_writer nologin;
     create schema orders; create table orders.invoice (id int primary key, paid boolean);
     create table orders.secret_note (id int); insert into orders.invoice values (1, false), (2, true);
     grant usage on schema orders to orders_reader, orders_writer;
     grant select on orders.invoice to orders_reader; grant insert on orders.invoice to orders_writer;`,
  );
}

/** A broker role that is no superuser, with just what docs/brokers.md asks for. */
export async function createBrokerRole(postgres: TestPostgres): Promise<string> {
  await runSql(postgres.url, "create role lapse_broker login createrole password 'not-a-secret'");
  if (postgres.major >= 16)
    await runSql(
      postgres.url,
      'grant orders_reader, orders_writer to lapse_broker with admin true, inherit false, set false',
    );
  return urlFor(postgres.url, { user: 'lapse_broker', password: 'not-a-secret' });
}

export function targetAt(url: string, change: Partial<PostgresTarget> = {}): PostgresTarget {
  return {
    type: 'postgres',
    id: 'orders-db',
    connection: new SecretValue(url),
    connect: {},
    grants: [
      { actions: ['select'], resources: ['orders.*'], roles: ['orders_reader'] },
      { actions: ['insert'], resources: ['orders.*'], roles: ['orders_writer'] },
    ],
    connectionLimit: 5,
    session: {},
    maxSeconds: 3600,
    connectTimeout: 3_000,
    statementTimeout: 3_000,
    ...change,
  };
}

export function membershipTargetAt(
  url: string,
  change: Partial<PostgresMembershipTarget> = {},
): PostgresMembershipTarget {
  const { id, connection, grants, maxSeconds, connectTimeout, statementTimeout } = targetAt(url);
  return {
    type: 'postgres-membership',
    id,
    connection,
    grants,
    setRole: false,
    endSessions: false,
    maxSeconds,
    connectTimeout,
    statementTimeout,
    ...change,
  };
}

export const MEMBERSHIP_DETAIL: AccessDetail = {
  type: 'db_membership',
  target: 'orders-db',
  actions: ['select'],
  resources: ['orders.*'],
  principal: 'g_ann',
  duration: 60,
};

export function brokerAt(url: string, change: Partial<PostgresTarget> = {}) {
  return createPostgresBroker(targetAt(url, change), { issuerId: ISSUER_ID });
}

export const DB_DETAIL: AccessDetail = {
  type: 'db_credential',
  target: 'orders-db',
  actions: ['select'],
  resources: ['orders.*'],
  duration: 60,
};

export function planFor(change: Partial<MintPlan> = {}): MintPlan {
  const leaseId = randomId('lse');
  return {
    leaseId,
    externalId: externalId(ISSUER_ID, leaseId),
    detail: DB_DETAIL,
    expiresAt: new Date(Date.now() + 60_000),
    requester: WORKLOAD,
    request: 'req_test',
    approvedBy: [],
    policyRevision: 'sha256:one',
    ...change,
  };
}
