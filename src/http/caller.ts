import type { FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import type { Requester } from '../model/access-request.ts';
import { callOf } from './call.ts';
import type { OperatorSession } from './operators/operators.ts';
import type { HttpContext } from './options.ts';

/** Who calls an endpoint that is not the token endpoint. */
export type Caller =
  | { readonly kind: 'operator'; readonly name: string }
  | { readonly kind: 'workload'; readonly requester: Requester; readonly trustRule: string | undefined };

const JWT = 'urn:ietf:params:oauth:token-type:jwt';

/**
 * Checks `Authorization: Bearer` with an operator's session token or, for workloads, their subject token (which this does not use up).
 *
 * @returns undefined when there is no such header.
 * @throws {AppError} ERR_HTTP_UNAUTHENTICATED when there is one and it is not good.
 */
export async function identifyCaller(request: FastifyRequest, context: HttpContext): Promise<Caller | undefined> {
  const header = request.headers.authorization;
  if (header === undefined) return undefined;
  const token = /^Bearer ([\x21-\x7e]+)$/i.exec(header)?.[1];
  if (token === undefined) throw unauthenticated();
  const session = await context.operators.session(token);
  if (session !== undefined) return { kind: 'operator', name: session.operator };
  if (token.split('.').length !== 3) throw unauthenticated();
  try {
    const verified = await context.subjectTokens.get(JWT)?.verify(token, { ...callOf(request), target: '' });
    if (verified === undefined) throw unauthenticated();
    return { kind: 'workload', requester: verified.requester, trustRule: verified.trustRule };
  } catch (error) {
    if (error instanceof AppError && error.code === 'ERR_SUBJECT_TOKEN_REFUSED') throw unauthenticated(error);
    throw error;
  }
}

/** @throws {AppError} ERR_HTTP_UNAUTHENTICATED unless an operator is signed in. */
export async function requireOperator(request: FastifyRequest, context: HttpContext): Promise<string> {
  return (await requireSession(request, context)).operator;
}

/**
 * The session behind `Authorization: Bearer`. Never that of a cookie: what a browser sends by itself proves no intent.
 *
 * @throws {AppError} ERR_HTTP_UNAUTHENTICATED unless an operator is signed in.
 */
export async function requireSession(request: FastifyRequest, context: HttpContext): Promise<OperatorSession> {
  const token = /^Bearer ([\x21-\x7e]+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const session = token === undefined ? undefined : await context.operators.session(token);
  if (session === undefined) throw unauthenticated();
  return session;
}

export function unauthenticated(cause?: unknown): AppError {
  return new AppError('ERR_HTTP_UNAUTHENTICATED', 'authentication is missing or not valid', {
    hint: 'sign in with "lapse login"',
    ...(cause === undefined ? {} : { cause }),
  });
}
