import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { SecretValue } from '../../model/secret-value.ts';
import type { IssuerClient } from './issuer-client.ts';
import type { SubjectTokenSource } from './subject-token-source.ts';

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const LONG_POLL_SECONDS = 20;
const CIBA = 'urn:openid:params:grant-type:ciba';

const answerSchema = z.looseObject({
  access_token: z.string().min(1),
  issued_token_type: z.string(),
  token_type: z.string(),
  expires_in: z.number(),
  lease_id: z.string(),
  credential: z.record(z.string(), z.unknown()),
});
const pendingSchema = z.looseObject({
  auth_req_id: z.string(),
  interval: z.number().min(1),
  expires_in: z.number(),
  not_before: z.string().optional(),
  waiting_for: z.array(z.looseObject({ from: z.string(), count: z.number(), level: z.number().optional() })).optional(),
});

export type LeaseAnswer = z.output<typeof answerSchema>;
export type PendingAnswer = z.output<typeof pendingSchema>;

/** What is asked for, in the words of `authorization_details`. */
export interface LeaseWish {
  /** `db_credential`, `api_token`, `db_membership`. */
  readonly type: string;
  readonly target: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Seconds. */
  readonly duration?: number;
  readonly sourceCidrs: readonly string[];
  readonly reason?: string;
  readonly ticket?: string;
  /** Of an elevation: who gets it, as the target calls it. */
  readonly principal?: string;
  /** ISO 8601: when it should begin. */
  readonly notBefore?: string;
  /** Emergency access. */
  readonly breakGlass?: boolean;
}

/** What a request came to: a lease, or a human must answer first. */
export type LeaseResult = { readonly granted: LeaseAnswer } | { readonly pending: PendingAnswer };

export async function requestLease(
  client: IssuerClient,
  source: SubjectTokenSource,
  wish: LeaseWish,
): Promise<LeaseResult> {
  const subject = await source();
  return ask(client, {
    grant_type: EXCHANGE,
    subject_token: subject.token.reveal(),
    subject_token_type: subject.type,
    audience: wish.target,
    authorization_details: authorizationDetails(wish),
  });
}

/** More time for a lease that one holds. */
export async function extendLease(
  client: IssuerClient,
  source: SubjectTokenSource,
  leaseId: string,
  more: { readonly seconds: number; readonly type: string; readonly reason?: string; readonly ticket?: string },
): Promise<LeaseResult> {
  const subject = await source();
  const { seconds, ...rest } = more;
  return ask(client, {
    grant_type: EXCHANGE,
    subject_token: subject.token.reveal(),
    subject_token_type: subject.type,
    authorization_details: JSON.stringify([{ ...rest, duration: seconds, extends: leaseId }]),
  });
}

/** Asks once more for a request that waits; `waitSeconds` is how long the issuer may take to answer, so that the outcome comes at once. */
export async function claimLease(
  client: IssuerClient,
  source: SubjectTokenSource,
  requestId: string,
  waitSeconds = 0,
): Promise<LeaseResult> {
  const subject = await source();
  return ask(client, {
    grant_type: CIBA,
    auth_req_id: requestId,
    ...(waitSeconds === 0 ? {} : { wait: String(waitSeconds) }),
    subject_token: subject.token.reveal(),
    subject_token_type: subject.type,
  });
}

/** Polls until a human has answered, as slowly as the issuer asks for. */
export async function awaitLease(
  client: IssuerClient,
  source: SubjectTokenSource,
  pending: PendingAnswer,
  signal?: AbortSignal,
): Promise<LeaseAnswer> {
  let interval = pending.interval;
  let asked = performance.now();
  await pause(interval, signal);
  for (;;) {
    try {
      asked = performance.now();
      const result = await claimLease(client, source, pending.auth_req_id, LONG_POLL_SECONDS);
      if ('granted' in result) return result.granted;
      interval = Math.max(interval, result.pending.interval);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'ERR_POLL_TOO_FAST') throw error;
      interval += 5;
    }
    await pause(Math.max(0, interval - (performance.now() - asked) / 1000), signal);
  }
}

async function pause(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(seconds * 1000, undefined, signal === undefined ? {} : { signal });
  } catch (cause) {
    throw new AppError('ERR_USAGE', 'interrupted while waiting for an approver', { cause });
  }
}

/** Ends a lease by what was handed out for it: no other proof is needed. */
export async function endLease(client: IssuerClient, token: SecretValue): Promise<void> {
  await client.call({ method: 'POST', path: '/revoke', form: { token: token.reveal() } });
}

async function ask(client: IssuerClient, form: Readonly<Record<string, string | undefined>>): Promise<LeaseResult> {
  try {
    const parsed = answerSchema.safeParse(await client.call({ method: 'POST', path: '/token', form }));
    if (parsed.success) return { granted: parsed.data };
    throw new AppError('ERR_DAEMON_ANSWER', `${client.url}: the answer is not that of an issuer`);
  } catch (error) {
    const pending = error instanceof AppError ? pendingSchema.safeParse(error.details?.answer) : undefined;
    if (error instanceof AppError && error.code === 'ERR_ACCESS_PENDING' && pending?.success)
      return { pending: pending.data };
    throw error;
  }
}

function authorizationDetails(wish: LeaseWish): string {
  return JSON.stringify([
    {
      type: wish.type,
      actions: wish.actions,
      ...(wish.resources.length === 0 ? {} : { datatypes: wish.resources }),
      ...(wish.duration === undefined ? {} : { duration: wish.duration }),
      ...(wish.sourceCidrs.length === 0 ? {} : { source_cidrs: wish.sourceCidrs }),
      ...(wish.reason === undefined ? {} : { reason: wish.reason }),
      ...(wish.ticket === undefined ? {} : { ticket: wish.ticket }),
      ...(wish.notBefore === undefined ? {} : { not_before: wish.notBefore }),
      ...(wish.breakGlass === true ? { break_glass: true } : {}),
      ...(wish.principal === undefined ? {} : { principal: wish.principal }),
    },
  ]);
}
