import type { AuditEvent } from '../../../model/audit-event.ts';
import { cefLine } from './cef.ts';
import { ocsfEvent } from './ocsf.ts';

/** Forms that events are exported in; a new one is a file and a line here. Only `jsonl` can be verified afterwards. */
export const EXPORT_FORMATS = {
  jsonl: (event: AuditEvent) => JSON.stringify(event),
  cef: cefLine,
  ocsf: (event: AuditEvent) => JSON.stringify(ocsfEvent(event)),
} as const satisfies Record<string, (event: AuditEvent) => string>;

export type ExportFormat = keyof typeof EXPORT_FORMATS;
