import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import type { Requester } from '../model/access-request.ts';
import { callOf } from './call.ts';
import type { Form } from './form.ts';
import type { TokenAlgorithm } from './introspection-answer.ts';
import type { OperatorSession } from './operators/operators.ts';
import type { HttpContext } from './options.ts';
import { identifySender, provesKey, type Sender } from './sender/sender.ts';

/** Who calls an endpoint that is not the token endpoint. */
export type Caller =
  | { readonly kind: 'operator'; readonly name: string }
  | {
      readonly kind: 'workload';
      readonly requester: Requester;
      /** The trust rule or client that it came in by. */
      readonly rule: string | undefined;
      readonly introspectionAlg?: TokenAlgorithm | undefined;
    };

export interface IdentifiedCall {
  /** Undefined when nobody tried to be anybody. */
  readonly caller: Caller | undefined;
  readonly sender: Sender;
}

const JWT = 'urn:ietf:params:oauth:token-type:jwt';

/**
 * Checks who calls: an operator's session token or a workload's subject token (which this does not use up) in `Authorization`, or client
 * authentication as at the token endpoint; never two of these.
 *
 * @throws {AppError} ERR_HTTP_UNAUTHENTICATED, ERR_CLIENT_REFUSED, ERR_DPOP_PROOF when one is there and not good.
 */
export async function identifyCaller(
  form: Form,
  request: FastifyRequest,
  reply: FastifyReply,
  context: HttpContext,
): Promise<IdentifiedCall> {
  const sender = await identifySender(request, reply, context);
  const client = await context.clientAuth.authenticate(form, sender);
  const header = request.headers.authorization;
  if (client !== undefined) {
    // RFC 6749 §2.3: not more than one method in a request.
    if (header !== undefined) throw new AppError('ERR_HTTP_MALFORMED', 'more than one way of authentication');
    await sender.useProof();
    const { requester, rule, introspectionAlg } = client;
    return { sender, caller: { kind: 'workload', requester, rule, introspectionAlg } };
  }
  const caller = header === undefined ? undefined : await callerOf(header, request, sender, context);
  await sender.useProof();
  return { sender, caller };
}

async function callerOf(
  header: string,
  request: FastifyRequest,
  sender: Sender,
  context: HttpContext,
): Promise<Caller> {
  const [, scheme = '', token] = /^(Bearer|DPoP) ([\x21-\x7e]+)$/i.exec(header) ?? [];
  if (token === undefined) throw unauthenticated();
  const session = await context.operators.session(token);
  if (session !== undefined) return { kind: 'operator', name: session.operator };
  if (token.split('.').length !== 3) throw unauthenticated();
  try {
    const verified = await context.subjectTokens.get(JWT)?.verify(token, { ...callOf(request), target: '' });
    if (verified === undefined || !rightlyPresented(scheme, verified.cnf, sender)) throw unauthenticated();
    return { kind: 'workload', requester: verified.requester, rule: verified.trustRule };
  } catch (error) {
    if (error instanceof AppError && error.code === 'ERR_SUBJECT_TOKEN_REFUSED') throw unauthenticated(error);
    throw error;
  }
}

/** RFC 9449 §7.1: a token that is bound to a DPoP key comes with the scheme of that name and its proof, and no other does. */
function rightlyPresented(scheme: string, cnf: Requester['cnf'], sender: Sender): boolean {
  const asDpop = scheme.toLowerCase() === 'dpop';
  if (cnf === undefined) return !asDpop;
  return asDpop === 'jkt' in cnf && provesKey(cnf, sender);
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
