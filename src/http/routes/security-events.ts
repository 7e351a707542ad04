import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { unauthenticated } from '../caller.ts';
import type { HttpContext } from '../options.ts';
import { parseInput } from '../parse-input.ts';

const jti = z.string().min(1).max(200);

/** RFC 8936 §2.2. */
export const pollSchema = z.object({
  maxEvents: z.number().int().min(0).max(1000).default(100),
  returnImmediately: z.boolean().default(false),
  ack: z.array(jti).max(1000).default([]),
  setErrs: z.record(jti, z.object({ err: z.string(), description: z.string().optional() })).default({}),
});

/**
 * `POST /security-events/poll` (RFC 8936) for receivers of the configuration: it is always answered at once.
 */
export function securityEventRoutes(app: FastifyInstance, { securityEvents }: HttpContext): void {
  app.post('/security-events/poll', async (request) => {
    const receiver = securityEvents?.receiverOf(request.headers.authorization);
    if (securityEvents === undefined || receiver === undefined) throw unauthenticated();
    const { maxEvents: most, ack, setErrs } = parseInput(pollSchema, request.body);
    const errors = Object.fromEntries(Object.entries(setErrs).map(([id, { err }]) => [id, err]));
    return await securityEvents.poll(receiver, { most, ack, errors });
  });
}

/** Where its metadata is: in front of the path of the issuer's URL (RFC 8615). */
export function ssfPlace(url: string): string {
  return `/.well-known/ssf-configuration${new URL(url).pathname.replace(/\/$/, '')}`;
}

/** `GET /.well-known/ssf-configuration` (OpenID Shared Signals Framework 1.0 §7). */
export function ssfMetadataRoute(app: FastifyInstance, { url }: HttpContext): void {
  app.get(ssfPlace(url), async (_request, reply) =>
    reply.header('cache-control', 'public, max-age=300').send({
      spec_version: '1_0',
      issuer: url,
      jwks_uri: `${url}/jwks`,
      delivery_methods_supported: ['urn:ietf:rfc:8935', 'urn:ietf:rfc:8936'],
      critical_subject_members: ['session'],
      default_subjects: 'ALL',
    }),
  );
}
