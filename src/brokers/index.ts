import { createAwsPolicyBroker } from './aws-policy/aws-policy-broker.ts';
import type { AwsPolicyTarget } from './aws-policy/aws-policy-target.ts';
import type { Broker } from './broker.ts';
import { createJwtBroker, type JwtTarget } from './jwt.ts';
import { createKubernetesBindingBroker } from './kubernetes-binding/binding-broker.ts';
import type { KubernetesBindingTarget } from './kubernetes-binding/binding-target.ts';
import { createPostgresBroker } from './postgres/postgres-broker.ts';
import type { PostgresTarget } from './postgres/postgres-target.ts';
import { createPostgresMembershipBroker } from './postgres-membership/membership-broker.ts';
import type { PostgresMembershipTarget } from './postgres-membership/membership-target.ts';
import type { SignToken } from './sign-token.ts';

/** What a target of the configuration says to its broker; `type` names the broker. */
export type BrokerTarget =
  | AwsPolicyTarget
  | JwtTarget
  | KubernetesBindingTarget
  | PostgresTarget
  | PostgresMembershipTarget;

/** What brokers are given beside their target. */
export interface BrokerDeps {
  /** `IssuerStore.issuerId`: the prefix of names at targets. */
  readonly issuerId: string;
  /** `iss` of tokens. */
  readonly issuerUrl: string;
  readonly sign: SignToken;
  now(): Date;
}

type BrokerFactories = {
  readonly [Type in BrokerTarget['type']]: (target: Extract<BrokerTarget, { type: Type }>, deps: BrokerDeps) => Broker;
};

/** Every broker by the `type` of its targets. */
export const BROKERS: BrokerFactories = {
  'aws-policy': createAwsPolicyBroker,
  jwt: createJwtBroker,
  'kubernetes-binding': createKubernetesBindingBroker,
  postgres: createPostgresBroker,
  'postgres-membership': createPostgresMembershipBroker,
};

/** The broker of one target. @throws {AppError} ERR_CONFIG_INVALID when what the target says cannot be used. */
export function createBroker(target: BrokerTarget, deps: BrokerDeps): Broker {
  // The table gives the factory of just this type of target, which types cannot say of a union.
  const factory = BROKERS[target.type] as (target: BrokerTarget, deps: BrokerDeps) => Broker;
  return factory(target, deps);
}
