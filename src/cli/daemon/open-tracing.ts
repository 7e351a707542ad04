import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context, Span } from '@opentelemetry/api';
import type { IssuerConfig } from '../../config/issuer.ts';
import { resolveSecret } from '../../config/resolve-secret.ts';
import { AppError } from '../../errors.ts';
import { NO_TRACING, type SpanFacts, type Tracing } from '../../issuer/tracing.ts';
import { packageVersion } from '../version.ts';

/** W3C Trace Context, level 1. */
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/**
 * Sends spans to the collector of `issuer.tracing` (OTLP over HTTP, JSON). Spans are sent in the background; a collector that is
 * away costs spans and nothing else.
 *
 * @throws {AppError} ERR_CONFIG_INVALID when tracing is configured and the packages of OpenTelemetry are not installed.
 */
export async function openTracing(
  { tracing }: IssuerConfig,
  from: Parameters<typeof resolveSecret>[1],
): Promise<Tracing> {
  if (tracing === undefined) return NO_TRACING;
  const { api, sdk, exporter, resources } = await packages();
  const headers = Object.fromEntries(
    Object.entries(tracing.headers).map(([name, secret]) => [name, resolveSecret(secret, from).reveal()]),
  );
  const provider = new sdk.BasicTracerProvider({
    resource: resources.resourceFromAttributes({ 'service.name': 'lapse', 'service.version': packageVersion() }),
    sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(tracing.sample) }),
    spanProcessors: [new sdk.BatchSpanProcessor(new exporter.OTLPTraceExporter({ url: tracing.otlp, headers }))],
  });
  const tracer = provider.getTracer('lapse');
  const current = new AsyncLocalStorage<Context>();

  const begin = (name: string, facts: SpanFacts, parent: Context, kind: number): { span: Span; context: Context } => {
    const span = tracer.startSpan(name, { attributes: facts, kind }, parent);
    return { span, context: api.trace.setSpan(parent, span) };
  };
  return {
    async span(name, facts, work) {
      const { span, context } = begin(name, facts, current.getStore() ?? api.ROOT_CONTEXT, api.SpanKind.INTERNAL);
      try {
        return await current.run(context, work);
      } catch (error) {
        span.setStatus({ code: api.SpanStatusCode.ERROR, message: codeOf(error) });
        throw error;
      } finally {
        span.end();
      }
    },
    request(name, facts, traceparent, work) {
      const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent ?? '') ?? [];
      const parent =
        traceId === undefined || spanId === undefined || flags === undefined
          ? api.ROOT_CONTEXT
          : api.trace.setSpanContext(api.ROOT_CONTEXT, {
              traceId,
              spanId,
              traceFlags: Number.parseInt(flags, 16) & api.TraceFlags.SAMPLED,
              isRemote: true,
            });
      const { span, context } = begin(name, facts, parent, api.SpanKind.SERVER);
      current.run(context, work);
      return (finalName, more, failed) => {
        span.updateName(finalName);
        span.setAttributes(more);
        if (failed) span.setStatus({ code: api.SpanStatusCode.ERROR });
        span.end();
      };
    },
    close: () => provider.shutdown(),
  };
}

async function packages() {
  try {
    const [api, sdk, exporter, resources] = await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/sdk-trace-base'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ]);
    return { api, sdk, exporter, resources };
  } catch (cause) {
    throw new AppError('ERR_CONFIG_INVALID', 'issuer.tracing: the packages that send traces are not installed', {
      hint: 'npm install @opentelemetry/api @opentelemetry/sdk-trace-base @opentelemetry/exporter-trace-otlp-http @opentelemetry/resources',
      cause,
    });
  }
}

/** A code, never a text: foreign error texts may quote what they failed on. */
function codeOf(error: unknown): string {
  return error instanceof AppError ? error.code : 'ERR_INTERNAL';
}
