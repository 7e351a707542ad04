import type { Broker } from '../../brokers/broker.ts';
import { type BrokerDeps, type BrokerTarget, createBroker } from '../../brokers/index.ts';
import type { IssuerConfig, IssuerTarget } from '../../config/issuer.ts';
import { resolveSecret } from '../../config/resolve-secret.ts';

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

function brokerTarget(target: IssuerTarget, surroundings: Surroundings): BrokerTarget {
  const maxSeconds = Math.floor(target.max_ttl / 1000);
  if (target.type === 'jwt') {
    const { type, audience, actions, alg } = target;
    return { type, audience, actions, alg, maxSeconds };
  }
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
