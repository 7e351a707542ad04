import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { AppError } from '../errors.ts';
import { safeError } from './safe-error.ts';

/** W3C Trace Context, level 1. */
const TRACEPARENT = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * One line per request. Only these facts: the route as it is declared, never the URL, a header or the body, so that there is nothing to
 * redact.
 */
export function logRequest(log: Logger, request: FastifyRequest, reply: FastifyReply): void {
  log.info({
    event: 'http.request',
    ...facts(request),
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime),
  });
}

/** Why a request failed, for the operator: what the answer leaves out, under the same request id. */
export function logFailure(log: Logger, request: FastifyRequest, error: AppError): void {
  const { answer: _answer, ...details } = error.details ?? {};
  const line = {
    event: 'http.failure',
    ...facts(request),
    code: error.code,
    reason: error.message,
    details,
    cause: safeError(error.cause),
  };
  if (error.kind.http >= 500) log.error(line);
  else log.warn(line);
}

function facts(request: FastifyRequest): Record<string, unknown> {
  const trace = TRACEPARENT.exec(String(request.headers.traceparent ?? ''))?.[1];
  return {
    request_id: request.id,
    ...(trace === undefined ? {} : { trace_id: trace }),
    method: request.method,
    route: request.routeOptions.url ?? 'none',
    ip: request.ip,
  };
}
