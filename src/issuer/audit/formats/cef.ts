import type { AuditEvent } from '../../../model/audit-event.ts';
import { failed, severityOf } from './event-severity.ts';

const SEVERITY = { info: 3, warning: 6, error: 8 } as const;

/**
 * One line of the Common Event Format, version 0 (ArcSight CEF, revision 26). Names of strangers are escaped: `|` and `\` in the
 * header, `=`, `\` and line ends in extensions.
 */
export function cefLine(event: AuditEvent): string {
  const { source_ip: source, correlation_id: correlation, reason } = event.detail;
  const header = [
    'CEF:0',
    'lapse',
    'lapse',
    '1',
    event.event,
    titleOf(event.event),
    String(SEVERITY[severityOf(event)]),
  ];
  const extensions: readonly (readonly [string, unknown])[] = [
    ['rt', Date.parse(event.at)],
    ['externalId', `${event.chain}:${event.seq}`],
    ['outcome', failed(event) ? 'failure' : 'success'],
    ['suser', event.actor],
    ['src', typeof source === 'string' && source !== '' ? source : undefined],
    ['reason', typeof reason === 'string' ? reason : undefined],
    ...labeled(1, 'target', event.target),
    ...labeled(2, 'request', event.request),
    ...labeled(3, 'lease', event.lease),
    ...labeled(4, 'correlation', typeof correlation === 'string' && correlation !== '' ? correlation : undefined),
    ...labeled(5, 'hash', event.hash),
    ...labeled(6, 'detail', JSON.stringify(event.detail)),
  ];
  const said = extensions.filter(([, value]) => value !== undefined);
  return `${header.map(escapeHeader).join('|')}|${said.map(([key, value]) => `${key}=${escapeValue(String(value))}`).join(' ')}`;
}

function labeled(place: number, label: string, value: string | undefined): (readonly [string, unknown])[] {
  return value === undefined
    ? []
    : [
        [`cs${place}Label`, label],
        [`cs${place}`, value],
      ];
}

function titleOf(event: string): string {
  return event.replace(/[._]/g, ' ');
}

function escapeHeader(text: string): string {
  return ascii(text.replace(/[\r\n]+/g, ' ').replace(/[\\|]/g, (character) => `\\${character}`));
}

function escapeValue(text: string): string {
  return ascii(text.replace(/[\\=]/g, (character) => `\\${character}`)).replace(/\r\n|\r|\n/g, '\\n');
}

/** Control characters have no place in a line, and reordering ones none in a log. */
function ascii(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    character === '\n' || character === '\r' ? character : `u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
