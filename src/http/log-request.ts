import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AppError } from '../errors.ts';

/** W3C Trace Context, level 1. */
const TRACEPARENT = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * One line per request. Only these facts: the route as it is declared, never the URL, a header or the body, so that there is nothing to
 * redact.
 */
export function logRequest(request: FastifyRequest, reply: FastifyReply): void {
  request.log.info({
    event: 'http.request',
    ...facts(request),
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime),
  });
}

/** Why a request failed, for the operator: what the answer leaves out, under the same request id. */
export function logFailure(request: FastifyRequest, error: AppError): void {
  const { answer: _answer, ...details } = error.details ?? {};
  const line = {
    event: 'http.failure',
    ...facts(request),
    code: error.code,
    reason: error.message,
    details,
    cause: describeCause(error.cause),
  };
  if (error.kind.http >= 500) request.log.error(line);
  else request.log.warn(line);
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

/** Messages of foreign errors may quote what they were given; name, code and frames never do. */
function describeCause(cause: unknown): object | undefined {
  if (!(cause instanceof Error)) return undefined;
  const frames = (cause.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
  return { name: cause.name, code, frames: frames.slice(0, 8).map((line) => line.trim()) };
}
