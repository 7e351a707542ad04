import { z } from 'zod';
import { segmentGlobNarrows } from '../model/segment-glob.ts';
import { documentSchema, globSchema, idSchema, standsForFields } from './issuer-fields.ts';

/** Which workloads of a SPIFFE trust domain are taken, by JWT-SVID and, where client certificates are asked for, by X.509-SVID. */
export const spiffeRuleSchema = z.strictObject({
  id: idSchema,
  trust_domain: z
    .string()
    .regex(/^[a-z0-9._-]{1,255}$/, 'expected a trust domain: lower-case letters, digits, ".", "_" and "-"')
    .describe('Compared exactly.'),
  bundle: documentSchema.describe('Trust bundle in the SPIFFE format; one for all rules of a trust domain.'),
  path: globSchema
    .refine((path) => path.startsWith('/'), 'expected a path that begins with "/"')
    .refine(segmentGlobNarrows, 'this would trust everybody of the trust domain: expected a narrower path')
    .describe('Of the SPIFFE ID: exact, or a segment glob.'),
  audience: z
    .string()
    .min(1)
    .optional()
    .describe("What the claim aud of a JWT-SVID must contain; the issuer's own URL when absent."),
  ...standsForFields,
});

type SpiffeRuleConfig = z.output<typeof spiffeRuleSchema>;

/** A trust domain is one set of authorities. */
export function refuseBundleConflicts(rules: readonly SpiffeRuleConfig[], context: z.RefinementCtx): void {
  for (const [index, rule] of rules.entries()) {
    const first = rules.find(({ trust_domain }) => trust_domain === rule.trust_domain);
    if (first !== undefined && JSON.stringify(first.bundle) !== JSON.stringify(rule.bundle))
      context.addIssue({
        code: 'custom',
        path: ['spiffe', index, 'bundle'],
        message: `another rule of this trust domain says otherwise ("${first.id}")`,
      });
  }
}
