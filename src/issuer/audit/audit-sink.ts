import type { AuditEvent } from '../../model/audit-event.ts';

/**
 * A place that audit events are delivered to, beside the chain in the store. Sinks come from configuration only, never from an
 * API: a file path that somebody could set is remote code execution.
 */
export interface AuditSink {
  readonly name: string;
  /** What it has taken survives a power cut. Only such a sink lets credentials leave. */
  readonly durable: boolean;
  /** Sequence number of the last event of `chain` that it has; 0 for none. Delivery goes on behind it. */
  lastSeq(chain: string): Promise<number>;
  /** Takes all of the events, in order, or fails; after a failure the same events come again. */
  write(events: readonly AuditEvent[]): Promise<void>;
  close(): Promise<void>;
}
