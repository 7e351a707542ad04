import { z } from 'zod';
import { SEVERITIES } from '../model/finding.ts';

/** What people are told of. */
export const NOTICE_KINDS = ['alerts', 'approvals', 'reviews'] as const;

/** One message before it has the form of a channel. Texts may hold what strangers wrote: every channel escapes them. */
export const noticeSchema = z.strictObject({
  kind: z.enum(NOTICE_KINDS),
  /** What makes it the same as an earlier one, for receivers that group. */
  key: z.string(),
  severity: z.enum(SEVERITIES),
  title: z.string(),
  message: z.string(),
  facts: z.array(z.strictObject({ name: z.string(), value: z.string() })),
  link: z.string().optional(),
  /** Approver groups that it is for; everybody when absent. */
  groups: z.array(z.string()).optional(),
  /** Id of the alert rule. */
  rule: z.string().optional(),
  /** ISO 8601. */
  at: z.string(),
});

export type Notice = z.output<typeof noticeSchema>;

/** Longest text of a notice in characters: a chat is no place for more, and some refuse it. */
const LONGEST = 500;

/** Cuts what a stranger may have made long. */
export function shortened(text: string, most = LONGEST): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
}
