import { z } from 'zod';

/** Where a secret is read from when it is needed. A secret itself never stands in the configuration. */
export const secretReferenceSchema = z.union([
  z.strictObject({ env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'expected the name of an environment variable') }),
  z.strictObject({ file: z.string().min(1) }),
]);

export type SecretReference = z.infer<typeof secretReferenceSchema>;
