import type { Broker } from '../brokers/broker.ts';
import type { AccessDetail, Decision } from '../model/access-request.ts';
import { intersectCidrs } from './cidr.ts';

export type Grantable =
  | { readonly detail: AccessDetail; readonly refused?: undefined }
  /** A reason id. */
  | { readonly refused: string; readonly detail?: undefined };

/**
 * What of a request is granted: policy's scope, the shortest of all times, the networks that both sides allow. What the target
 * cannot enforce is refused instead of being granted without it. Pure.
 */
export function grantedDetail(
  asked: AccessDetail,
  decision: Decision,
  maxSeconds: number,
  broker: Pick<Broker, 'capabilities' | 'refuses'>,
): Grantable {
  const { capabilities } = broker;
  // Rounded down: a lifetime is never above the allowed maximum, whatever the unit.
  const duration = Math.floor(Math.min(asked.duration, decision.ttl_max, maxSeconds, capabilities.maxSeconds));
  if (duration < capabilities.minSeconds) return { refused: 'ttl-below-minimum' };
  const networks = intersectCidrs(asked.source_cidrs ?? [], decision.source_cidrs);
  if (networks === undefined) return { refused: 'source-networks-disjoint' };
  if (networks.length > 0 && !capabilities.sourceBound) return { refused: 'source-not-enforceable' };
  const { source_cidrs: _asked, ...rest } = asked;
  const detail: AccessDetail = {
    ...rest,
    actions: decision.scope.actions,
    resources: decision.scope.resources,
    duration,
    ...(networks.length === 0 ? {} : { source_cidrs: networks }),
  };
  if (broker.refuses(detail) !== undefined) return { refused: 'scope-not-grantable' };
  return { detail };
}
