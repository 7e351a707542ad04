import type { AuditEvent } from '../../model/audit-event.ts';

/**
 * A place that audit events are delivered to, beside the chain in the store. Sinks come from configuration only, never from an
 * API: a file path that somebody could set is remote code execution.
 */
export interface AuditSink {
  /** Its id in the configuration. */
  readonly name: string;
  /** What it has taken survives a power cut. Only such a sink lets credentials leave. */
  readonly durable: boolean;
  /** Milliseconds that one delivery may take before it counts as failed. */
  readonly timeout: number;
  /** Most events of one delivery. */
  readonly batch: number;
  /**
   * Sequence number of the last event of `chain` that it has: delivery goes on behind it. Undefined when it cannot tell, as one
   * that only ever takes; then the store remembers.
   */
  lastSeq(chain: string): Promise<number | undefined>;
  /** Takes all of the events, in order, or fails; after a failure the same events come again. */
  write(events: readonly AuditEvent[]): Promise<void>;
  /** Whether the place that it writes to is about to be full; absent where there is nothing to be full. */
  space?(): Promise<{ readonly free: number; readonly low: boolean }>;
  close(): Promise<void>;
}
