import { z } from 'zod';

/** An exact name, or `*.` and the end of one; with a port where it is not 443. */
const host = z
  .string()
  .regex(/^(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?$/, 'expected a host name, in lower case, or *.host.name');
const header = z.string().regex(/^[A-Za-z0-9-]+$/, 'expected the name of a header');
const answer = z.strictObject({
  status: z.array(z.number().int().min(100).max(599)).min(1),
  /** Texts of which the body has one, for services that answer errors with 200. */
  contains: z.array(z.string().min(1).max(200)).min(1).optional(),
});

/**
 * How a rule asks its vendor whether a secret still works: one request that changes nothing. Texts may have placeholders:
 * `{secret}`, `{id}` (the credential's own id, where the match shows it) and `{facts.name}` (what was decoded).
 */
export const verifySpec = z
  .strictObject({
    /** Nothing is ever sent to any other host. */
    hosts: z.array(host).min(1),
    method: z.enum(['GET', 'HEAD', 'POST']).default('GET'),
    url: z.string().regex(/^https:\/\//, 'expected an https address'),
    auth: z
      .union(
        [
          z.strictObject({ bearer: z.string() }),
          z.strictObject({ basic: z.strictObject({ user: z.string(), password: z.string() }) }),
          z.strictObject({ aws_sigv4: z.strictObject({ service: z.string(), region: z.string() }) }),
        ],
        'expected bearer: text, basic: { user, password } or aws_sigv4: { service, region }',
      )
      .optional(),
    headers: z.record(header, z.string()).optional(),
    /** Fields of a form, or of a JSON object, to send with POST. */
    form: z.record(z.string(), z.string()).optional(),
    json: z.record(z.string(), z.string()).optional(),
    /** What a working secret is answered with. */
    active: answer,
    /**
     * What one that does not work is answered with; any other answer says nothing. Left out where the vendor's product also
     * runs elsewhere: then its own host cannot know every secret.
     */
    inactive: answer.optional(),
  })
  .refine(({ form, json, method }) => (form === undefined && json === undefined) || method === 'POST', {
    message: 'only POST sends a form or JSON',
    path: ['method'],
  })
  .refine(({ form, json }) => form === undefined || json === undefined, {
    message: 'a request sends a form or JSON, not both',
    path: ['json'],
  });

export type VerifySpec = z.infer<typeof verifySpec>;
