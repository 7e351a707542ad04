import { hash } from 'node:crypto';
import { resolve } from 'node:path';
import type { Broker } from '../../brokers/broker.ts';
import { type BrokerDeps, type BrokerTarget, createBroker } from '../../brokers/index.ts';
import type { IssuerConfig, IssuerTarget } from '../../config/issuer.ts';
import { resolveSecret } from '../../config/resolve-secret.ts';
import { SecretValue } from '../../model/secret-value.ts';
import { readPem } from './read-pem.ts';

interface Surroundings extends BrokerDeps {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where paths of secret references start. */
  readonly folder: string;
  /** What is made of each new one. */
  wrap(target: string, broker: Broker): Broker;
}

/** The brokers of the configuration that is in force. */
export class Brokers {
  readonly #surroundings: Surroundings;
  #open: ReadonlyMap<string, { readonly broker: Broker; readonly madeOf: string }> = new Map();

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  /**
   * One broker for each configured target, by its id. Nothing is connected to yet. The brokers of targets that say the same as before are the
   * same; the others are new, and the former ones are no longer known here once `keep` is called.
   *
   * @throws {AppError} ERR_CONFIG_SECRET, ERR_CONFIG_INVALID.
   */
  open({ targets }: IssuerConfig): { readonly brokers: ReadonlyMap<string, Broker>; keep(): void } {
    const opened = new Map(
      targets.map((config) => {
        const target = brokerTarget(config, this.#surroundings);
        const madeOf = identity(target);
        const former = this.#open.get(config.id);
        if (former?.madeOf === madeOf) return [config.id, former];
        const broker = this.#surroundings.wrap(config.id, createBroker(target, this.#surroundings));
        return [config.id, { broker, madeOf }];
      }),
    );
    return {
      brokers: new Map([...opened].map(([id, { broker }]) => [id, broker])),
      keep: () => {
        this.#open = opened;
      },
    };
  }
}

/** Everything that a broker is made of, secrets as digests of their values. */
function identity(target: BrokerTarget): string {
  return JSON.stringify(target, function (this: Record<string, unknown>, name, value: unknown) {
    const raw = this[name];
    return raw instanceof SecretValue ? hash('sha256', raw.reveal()) : value;
  });
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
