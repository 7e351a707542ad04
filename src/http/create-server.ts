import { constants, randomBytes } from 'node:crypto';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { SecureContextOptions } from 'node:tls';
import cookie from '@fastify/cookie';
import rateLimit from '@fastify/rate-limit';
import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  LogController,
} from 'fastify';
import { AppError } from '../errors.ts';
import type { Tracing } from '../issuer/tracing.ts';
import { Browser } from './browser/browser.ts';
import { ClientAuthenticator } from './client-auth/client-authenticator.ts';
import { type ErrorForm, errorAnswer, toAppError } from './error-answer.ts';
import { Form } from './form.ts';
import { logFailure, logRequest } from './log-request.ts';
import type { HttpContext, HttpOptions } from './options.ts';
import { BROWSER_ROUTES, ISSUER_ROUTES, ROOT_ROUTES } from './routes/index.ts';
import { SpiffeWorkloads } from './spiffe/spiffe-workloads.ts';
import { parseStrictJson } from './strict-json.ts';
import { awsIdentity } from './subject-token/aws-identity.ts';
import { oidcJwt } from './subject-token/oidc-jwt.ts';
import { operatorSession } from './subject-token/operator-session.ts';
import { ownToken } from './subject-token/own-token.ts';
import { staticKey } from './subject-token/static-key.ts';
import { grants } from './token/grants.ts';

const BODY_LIMIT = 64 * 1024;
const HEADER_LIMIT = 32 * 1024;
const REQUEST_TIMEOUT = 30_000;
/**
 * Client certificates are asked for and not judged by TLS, whose authorities know nothing of trust domains: src/http/sender does. A resumed
 * session would not have the chain, so there are none.
 */
const ASKING = { requestCert: true, rejectUnauthorized: false, secureOptions: constants.SSL_OP_NO_TICKET };

declare module 'fastify' {
  interface FastifyContextConfig {
    errors?: ErrorForm;
  }
}

/**
 * The daemon's HTTP server, not yet listening.
 *
 * @param makeServer - what to listen with, in place of a server of its own.
 * @example
 * const app = await createServer(options);
 * await app.listen({ host: '127.0.0.1', port: 8787 });
 */
export async function createServer(options: HttpOptions, makeServer?: MakeServer): Promise<FastifyInstance> {
  const closing = new AbortController();
  const context = makeContext(options, closing.signal);
  const app = makeApp(options, makeServer);
  app.addHook('preClose', async () => closing.abort());
  app.setErrorHandler((error, request, reply) => answerError(options, error, request, reply));
  app.setNotFoundHandler((request, reply) =>
    answerError(options, new AppError('ERR_HTTP_NOT_FOUND', 'there is nothing here'), request, reply),
  );
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    trace(options.tracing, request, reply, done);
  });
  app.addHook('onSend', async (_request, reply) => {
    // Credentials and decisions are for one reader and one moment; documents for everybody say otherwise themselves.
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store').header('pragma', 'no-cache');
    reply.header('x-content-type-options', 'nosniff');
    // Pages bring their own.
    if (!reply.hasHeader('content-security-policy'))
      reply.header('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
    if (options.tls !== undefined) reply.header('strict-transport-security', 'max-age=31536000');
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    context.metrics.requests.inc({ route, method: request.method, status: reply.statusCode });
    context.metrics.duration.observe({ route }, reply.elapsedTime / 1000);
    logRequest(options.logger, request, reply);
  });
  addParsers(app);
  await app.register(rateLimit, {
    max: options.requestsPerMinute,
    timeWindow: 60_000,
    // Whoever has one IPv6 address has a whole network of them.
    ipv6Subnet: 64,
    errorResponseBuilder: (_request, { ttl }) =>
      new AppError('ERR_HTTP_RATE_LIMITED', 'too many requests', { details: { retryAfter: ttl / 1000 } }),
  });
  const prefix = new URL(options.url).pathname.replace(/\/$/, '');
  await app.register(
    async (scope) => {
      for (const route of ISSUER_ROUTES) route(scope, context);
    },
    { prefix },
  );
  await app.register((scope) => browserScope(scope, context), { prefix });
  await app.register(async (scope) => {
    for (const route of ROOT_ROUTES) route(scope, context);
  });
  return app;
}

/** Pages for people: alone in their use of cookies, and their errors are pages too. */
async function browserScope(scope: FastifyInstance, context: HttpContext): Promise<void> {
  const browser = new Browser(context);
  await scope.register(cookie);
  scope.setErrorHandler((thrown, request, reply) => {
    const error = toAppError(thrown);
    logFailure(context.logger, request, error);
    return browser.fail(error, request, reply);
  });
  for (const route of BROWSER_ROUTES) route(scope, browser);
}

function makeContext(options: HttpOptions, closing: AbortSignal): HttpContext {
  const { issuer, operators, url, aws, certificates, now } = options;
  const workloads = new SpiffeWorkloads(options.spiffe, now);
  const clientAuth = new ClientAuthenticator(options, workloads);
  const kinds = [
    oidcJwt({ ...options, workloads }),
    staticKey(issuer),
    operatorSession(operators, url),
    ownToken(options),
    ...(aws === undefined ? [] : [awsIdentity({ aws, issuer, url, now })]),
  ];
  return {
    ...options,
    closing,
    baseUrls: [url, ...(certificates?.url === undefined ? [] : [certificates.url])],
    clientAuth,
    grants: grants({ clients: clientAuth.methods().length > 0 }),
    subjectTokens: new Map(kinds.flatMap((kind) => kind.types.map((type) => [type, kind]))),
  };
}

function makeApp(options: HttpOptions, makeServer: MakeServer = serverOf): FastifyInstance {
  const { logger, tls, trustedProxies, requestTimeout = REQUEST_TIMEOUT } = options;
  return fastify({
    // Its own messages only where something is wrong: what is said of requests is said in log-request.ts.
    loggerInstance: logger.child({ event: 'http.server' }, { level: 'warn' }) as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomBytes(12).toString('base64url'),
    bodyLimit: BODY_LIMIT,
    requestTimeout,
    forceCloseConnections: 'idle',
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    serverFactory: (handler) => makeServer(options, handler),
    // Only so that it says the right address.
    ...(tls === undefined ? {} : { https: {} }),
  }) as FastifyInstance;
}

/** Makes what listens, for an app that answers. */
export type MakeServer = (options: HttpOptions, answer: RequestListener) => Server;

/** A server with our limits. */
export function serverOf(
  { tls, certificates, requestTimeout = REQUEST_TIMEOUT }: HttpOptions,
  answer: RequestListener,
): Server {
  const limits = {
    maxHeaderSize: HEADER_LIMIT,
    headersTimeout: requestTimeout,
    requestTimeout,
    keepAliveTimeout: requestTimeout,
    connectionsCheckingInterval: requestTimeout / 2,
  };
  const secure = secureContext({ tls, certificates });
  const server =
    secure === undefined
      ? createHttpServer(limits, answer)
      : createHttpsServer({ ...secure, ...(certificates === undefined ? {} : ASKING), ...limits }, answer);
  return server.setTimeout(requestTimeout);
}

/** What of TLS may be replaced while it is spoken. */
export function secureContext({
  tls,
  certificates,
}: { [Name in 'tls' | 'certificates']: HttpOptions[Name] | undefined }): SecureContextOptions | undefined {
  if (tls === undefined) return undefined;
  const { secureOptions } = ASKING;
  return { ...tls, minVersion: 'TLSv1.2', ...(certificates === undefined ? {} : { secureOptions }) };
}

/** One span for each request, named by the route as it is declared; what is done for it belongs to it. */
function trace(tracing: Tracing, request: FastifyRequest, reply: FastifyReply, work: () => void): void {
  const route = `${request.method} ${request.routeOptions.url ?? 'none'}`;
  const traceparent = request.headers.traceparent;
  const end = tracing.request(
    route,
    {
      'http.request.method': request.method,
      'http.route': request.routeOptions.url ?? 'none',
      'lapse.request_id': request.id,
    },
    typeof traceparent === 'string' ? traceparent : undefined,
    work,
  );
  reply.raw.once('close', () =>
    end(
      route,
      { 'http.response.status_code': reply.statusCode },
      reply.statusCode >= 500 || !reply.raw.writableFinished,
    ),
  );
}

function addParsers(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    async (_request: FastifyRequest, body: string) => new Form(body),
  );
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    async (_request: FastifyRequest, body: string) => {
      if (body === '') return undefined;
      const json = parseStrictJson(body, { maxLength: BODY_LIMIT, maxDepth: 8 });
      if ('problem' in json) throw new AppError('ERR_HTTP_MALFORMED', `the body is ${json.problem}`);
      return json.value;
    },
  );
}

function answerError(
  { logger }: HttpOptions,
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const error = toAppError(thrown);
  logFailure(logger, request, error);
  const form = request.routeOptions.config?.errors ?? 'problem';
  const { status, headers, body } = errorAnswer(error, form, request.id, request.headers.authorization !== undefined);
  return reply.code(status).headers(headers).send(body);
}
