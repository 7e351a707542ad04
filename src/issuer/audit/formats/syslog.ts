import type { AuditEvent } from '../../../model/audit-event.ts';
import { cefLine } from './cef.ts';
import { severityOf } from './event-severity.ts';

/** Where messages say that they come from. */
export interface SyslogOrigin {
  /** RFC 5424 §6.2.1; 13 is "log audit". */
  readonly facility: number;
  readonly hostname: string;
  readonly format: 'json' | 'cef';
}

/** Receivers must take 2,048 octets of a datagram (RFC 5426 §3.2), and networks carry little more than 1,400 in one piece. */
export const UDP_MOST = 2_048;

const SEVERITY = { info: 5, warning: 4, error: 3 } as const;

/**
 * One message of RFC 5424. All of it is ASCII, so that no byte order mark is needed: other characters are JSON escapes.
 *
 * @param most - bytes; of a longer message the detail is left out, which the receiver sees by `truncated`.
 */
export function syslogMessage(event: AuditEvent, origin: SyslogOrigin, most = Number.POSITIVE_INFINITY): string {
  const priority = origin.facility * 8 + SEVERITY[severityOf(event)];
  const id = event.event.replace(/[^!-~]/g, '_').slice(0, 32);
  const sequence = ((event.seq - 1) % 2_147_483_647) + 1;
  const head = `<${priority}>1 ${event.at} ${origin.hostname} lapse - ${id} [meta sequenceId="${sequence}"]`;
  const whole = `${head} ${bodyOf(event, origin.format)}`;
  if (whole.length <= most) return whole;
  return `${head} ${bodyOf({ ...event, detail: { truncated: true } }, origin.format)}`.slice(0, most);
}

/** A message with its length in front (RFC 6587 §3.4.1, RFC 5425 §4.3). */
export function octetCounted(message: string): Buffer {
  const bytes = Buffer.from(message, 'utf8');
  return Buffer.concat([Buffer.from(`${bytes.length} `, 'ascii'), bytes]);
}

function bodyOf(event: AuditEvent, format: SyslogOrigin['format']): string {
  return format === 'cef' ? cefLine(event) : asciiJson(event);
}

function asciiJson(value: object): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
