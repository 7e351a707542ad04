import { resolve } from 'node:path';
import type { IssuerConfig } from '../../config/issuer.ts';
import { resolveSecret } from '../../config/resolve-secret.ts';
import type { ReceiverConfig } from '../../config/security-events.ts';
import type { AuditSink } from '../../issuer/audit/audit-sink.ts';
import { EventOutbox } from '../../notify/event-outbox.ts';
import {
  type PollReceiver,
  type PushReceiver,
  Transmitter,
  type TransmitterOptions,
} from '../../notify/security-events/transmitter.ts';
import { readPem } from './read-pem.ts';

interface Surroundings extends Omit<TransmitterOptions, 'receivers'> {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where paths start. */
  readonly folder: string;
}

/** What this reader of the audit log is called. */
export const SECURITY_EVENTS = 'security-events';

/**
 * Tells receivers what the audit log says of leases and keys, as one more reader of it; undefined when there are none.
 *
 * @throws {AppError} ERR_CONFIG_SECRET, ERR_CONFIG_INVALID.
 */
export function openTransmitter(
  { security_events: config }: IssuerConfig,
  surroundings: Surroundings,
): { readonly sink: AuditSink; readonly transmitter: Transmitter } | undefined {
  if (config.receivers.length === 0) return undefined;
  const transmitter = new Transmitter({
    ...surroundings,
    receivers: config.receivers.map((one) => receiver(one, surroundings)),
  });
  const { store, now } = surroundings;
  const sink = new EventOutbox({ name: SECURITY_EVENTS, store, now, take: (event) => transmitter.tell(event) });
  return { sink, transmitter };
}

function receiver(config: ReceiverConfig, surroundings: Surroundings): PushReceiver | PollReceiver {
  const { id, audience } = config;
  if (config.type === 'poll') return { type: 'poll', id, audience, token: resolveSecret(config.token, surroundings) };
  const { url, authorization, private_network: privateNetwork, ca, timeout } = config;
  return {
    type: 'push',
    id,
    audience,
    url,
    privateNetwork,
    timeout,
    ...(authorization === undefined ? {} : { authorization: resolveSecret(authorization, surroundings) }),
    ...(ca === undefined ? {} : { ca: readPem(resolve(surroundings.folder, ca), `security event receiver "${id}"`) }),
  };
}
