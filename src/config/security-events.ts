import { z } from 'zod';
import { durationSchema } from './duration.ts';
import { idSchema, secureUrlSchema } from './issuer-fields.ts';
import { secretReferenceSchema } from './secret-reference.ts';

const common = { id: idSchema, audience: z.string().min(1).describe('aud of its tokens.') };

const receiverSchema = z.discriminatedUnion('type', [
  z.strictObject({
    ...common,
    type: z.literal('push'),
    url: secureUrlSchema,
    authorization: secretReferenceSchema.optional().describe('Value of the header Authorization.'),
    private_network: z.boolean().default(false).describe('The host lives in a private network.'),
    ca: z.string().min(1).optional().describe('PEM of the certificate authorities to believe.'),
    timeout: durationSchema.default(10_000),
  }),
  z.strictObject({
    ...common,
    type: z.literal('poll'),
    token: secretReferenceSchema.describe('The bearer token that it shows.'),
  }),
]);

export type ReceiverConfig = z.output<typeof receiverSchema>;

/** Who is told as security event tokens when leases and static keys begin and end. */
export const securityEventsSchema = z.strictObject({
  receivers: z
    .array(receiverSchema)
    .default([])
    .superRefine((receivers, context) => {
      for (const [index, { id }] of receivers.entries())
        if (receivers.findIndex((one) => one.id === id) < index)
          context.addIssue({ code: 'custom', path: [index, 'id'], message: `duplicate id "${id}"` });
    }),
});
