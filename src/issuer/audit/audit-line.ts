import { z } from 'zod';
import type { AuditEvent } from '../../model/audit-event.ts';

const eventSchema = z.object({
  chain: z.string(),
  seq: z.number().int(),
  prevHash: z.string(),
  hash: z.string(),
  at: z.string(),
  event: z.string(),
  actor: z.string(),
  target: z.string().optional(),
  request: z.string().optional(),
  lease: z.string().optional(),
  detail: z.record(z.string(), z.json()),
});

/** An event as a line of JSON holds it; undefined when the line is none. */
export function parseAuditLine(text: string): AuditEvent | undefined {
  try {
    const { target, request, lease, ...rest } = eventSchema.parse(JSON.parse(text));
    return {
      ...rest,
      ...(target === undefined ? {} : { target }),
      ...(request === undefined ? {} : { request }),
      ...(lease === undefined ? {} : { lease }),
    };
  } catch {
    return undefined;
  }
}
