import { resolve } from 'node:path';
import type { Broker } from '../../brokers/broker.ts';
import { type BrokerDeps, type BrokerTarget, createBroker } from '../../brokers/index.ts';
import type { IssuerConfig, IssuerTarget } from '../../config/issuer.ts';
import { resolveSecret } from '../../config/resolve-secret.ts';
import { readPem } from './read-pem.ts';

interface Surroundings extends BrokerDeps {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where paths of secret references start. */
  readonly folder: string;
}

/**
 * One broker for each configured target, by its id. Nothing is connected to yet.
 *
 * @throws {AppError} ERR_CONFIG_SECRET, ERR_CONFIG_INVALID.
 */
export function openBrokers({ targets }: IssuerConfig, surroundings: Surroundings): ReadonlyMap<string, Broker> {
  return new Map(targets.map((target) => [target.id, createBroker(brokerTarget(target, surroundings), surroundings)]));
}

type TargetOf<Type extends IssuerTarget['type']> = Extract<IssuerTarget, { type: Type }>;
type Readers = {
  readonly [Type in IssuerTarget['type']]: (
    target: TargetOf<Type>,
    maxSeconds: number,
    surroundings: Surroundings,
  ) => Extract<BrokerTarget, { type: Type }>;
};

/** How the configuration of each type of target is handed to its broker. */
const READERS: Readers = {
  jwt: jwtTarget,
  postgres: postgresTarget,
  'postgres-membership': membershipTarget,
  'kubernetes-binding': bindingTarget,
  'aws-policy': awsTarget,
};

function brokerTarget(target: IssuerTarget, surroundings: Surroundings): BrokerTarget {
  // The table gives the reader of just this type of target, which types cannot say of a union.
  const reader = READERS[target.type] as (
    target: IssuerTarget,
    maxSeconds: number,
    surroundings: Surroundings,
  ) => BrokerTarget;
  return reader(target, Math.floor(target.max_ttl / 1000), surroundings);
}

function jwtTarget({ type, audience, actions, alg }: TargetOf<'jwt'>, maxSeconds: number) {
  return { type, audience, actions, alg, maxSeconds };
}

function membershipTarget(
  target: TargetOf<'postgres-membership'>,
  maxSeconds: number,
  surroundings: Surroundings,
): Extract<BrokerTarget, { type: 'postgres-membership' }> {
  return {
    type: target.type,
    id: target.id,
    connection: resolveSecret(target.connection, surroundings),
    grants: target.grants,
    setRole: target.set_role,
    endSessions: target.end_sessions,
    maxSeconds,
    connectTimeout: target.connect_timeout,
    statementTimeout: target.statement_timeout,
  };
}

function bindingTarget(
  target: TargetOf<'kubernetes-binding'>,
  maxSeconds: number,
  surroundings: Surroundings,
): Extract<BrokerTarget, { type: 'kubernetes-binding' }> {
  const { type, id, server, ca_file: file, grants, timeout } = target;
  const ca = file === undefined ? undefined : readPem(resolve(surroundings.folder, file), `target "${id}"`);
  const token = resolveSecret(target.token, surroundings);
  return { type, id, server, token, ...(ca === undefined ? {} : { ca }), grants, maxSeconds, timeout };
}

function awsTarget(
  { type, id, region, profile, endpoint, grants, timeout }: TargetOf<'aws-policy'>,
  maxSeconds: number,
): Extract<BrokerTarget, { type: 'aws-policy' }> {
  return {
    type,
    id,
    region,
    ...(profile === undefined ? {} : { profile }),
    ...(endpoint === undefined ? {} : { endpoint }),
    grants: grants.map((grant) => ({ ...grant, statements: grant.statements.map(({ ...statement }) => statement) })),
    maxSeconds,
    timeout,
  };
}

function postgresTarget(
  target: TargetOf<'postgres'>,
  maxSeconds: number,
  surroundings: Surroundings,
): Extract<BrokerTarget, { type: 'postgres' }> {
  const { statement_timeout: statementTimeout, read_only: readOnly, search_path: searchPath } = target.session;
  const { host, port, database } = target.connect;
  return {
    type: 'postgres',
    id: target.id,
    connection: resolveSecret(target.connection, surroundings),
    connect: {
      ...(host === undefined ? {} : { host }),
      ...(port === undefined ? {} : { port }),
      ...(database === undefined ? {} : { database }),
    },
    grants: target.grants,
    connectionLimit: target.connection_limit,
    session: {
      ...(statementTimeout === undefined ? {} : { statementTimeout }),
      ...(readOnly === undefined ? {} : { readOnly }),
      ...(searchPath === undefined ? {} : { searchPath }),
    },
    ...(target.source_bound === undefined ? {} : { sourceBound: target.source_bound }),
    ...(target.reassign_to === undefined ? {} : { reassignTo: target.reassign_to }),
    maxSeconds,
    connectTimeout: target.connect_timeout,
    statementTimeout: target.statement_timeout,
  };
}
