import { isIPv4, isIPv6 } from 'node:net';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { AccessDetail } from '../../model/access-request.ts';
import { parseStrictJson } from '../strict-json.ts';

const LIMITS = { maxLength: 8 * 1024, maxDepth: 4 };

const word = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^\P{Cc}+$/u);

/** RFC 9396 §2's common members and ours; they are part of the detail so that an approval covers them. */
export const detailSchema = z
  .strictObject({
    type: word(64),
    locations: z.array(word(512)).min(1).max(8).optional(),
    actions: z.array(word(128)).max(32).default([]),
    datatypes: z.array(word(256)).max(64).optional(),
    /** Of an elevation: who gets it. */
    principal: word(512).optional(),
    /** Seconds. */
    duration: z.number().int().min(1).max(31_536_000).optional(),
    source_cidrs: z.array(word(64).refine(isNetwork)).min(1).max(16).optional(),
    reason: word(1000).optional(),
    ticket: word(100).optional(),
    /** Access ahead: when it begins. */
    not_before: z.iso.datetime({ offset: true }).optional(),
    /** Emergency access, without prior approval. */
    break_glass: z.literal(true).optional(),
    /** Of a lease that should last longer, by `duration`: it has everything else already. */
    extends: z
      .string()
      .regex(/^lse_[A-Za-z0-9_-]{1,64}$/)
      .optional(),
  })
  .superRefine((detail, context) => {
    const refuse = (path: string): void => context.addIssue({ code: 'custom', path: [path], message: 'not valid' });
    if (detail.extends === undefined) {
      if (detail.actions.length === 0) refuse('actions');
      return;
    }
    if (detail.actions.length > 0) refuse('actions');
    for (const member of ['datatypes', 'principal', 'source_cidrs', 'not_before', 'break_glass', 'locations'] as const)
      if (detail[member] !== undefined) refuse(member);
  });

export type RequestedDetail = z.output<typeof detailSchema>;

/**
 * Reads `authorization_details` (RFC 9396): exactly one detail, nothing that two readers could understand differently.
 *
 * @throws {AppError} ERR_AUTHORIZATION_DETAILS; the message names the member, never its value.
 */
export function parseAuthorizationDetails(text: string): RequestedDetail {
  const json = parseStrictJson(text, LIMITS);
  if ('problem' in json) throw invalid(json.problem);
  const parsed = z.array(detailSchema).length(1).safeParse(json.value);
  const [detail] = parsed.data ?? [];
  if (detail === undefined) throw invalid(describeIssue(parsed.error));
  return detail;
}

/** The granted detail as it is told to the client: what it asked with, narrowed. */
export function toAuthorizationDetails(detail: AccessDetail): readonly object[] {
  return [
    {
      type: detail.type,
      locations: [detail.target],
      actions: detail.actions,
      datatypes: detail.resources,
      ...(detail.principal === undefined ? {} : { principal: detail.principal }),
      duration: detail.duration,
      ...(detail.source_cidrs === undefined ? {} : { source_cidrs: detail.source_cidrs }),
      ...(detail.reason === undefined ? {} : { reason: detail.reason }),
      ...(detail.ticket === undefined ? {} : { ticket: detail.ticket }),
      ...(detail.not_before === undefined ? {} : { not_before: detail.not_before }),
      ...(detail.break_glass === undefined ? {} : { break_glass: detail.break_glass }),
    },
  ];
}

function describeIssue(error: z.ZodError | undefined): string {
  const issue = error?.issues[0];
  const path = issue?.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  if (issue?.code === 'unrecognized_keys') return `unknown member at ${path || 'the top'}`;
  return path === undefined || path === ''
    ? 'expected an array with exactly one detail'
    : `${path.slice(0, 100)} is not valid`;
}

function invalid(problem: string): AppError {
  return new AppError('ERR_AUTHORIZATION_DETAILS', `authorization_details: ${problem}`);
}

function isNetwork(text: string): boolean {
  const [address = '', bits = '', ...rest] = text.split('/');
  if (rest.length > 0 || !/^\d{1,3}$/.test(bits)) return false;
  return (isIPv4(address) && Number(bits) <= 32) || (isIPv6(address) && Number(bits) <= 128);
}
