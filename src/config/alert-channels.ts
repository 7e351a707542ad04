import { z } from 'zod';
import { SEVERITIES } from '../model/finding.ts';
import { durationSchema } from './duration.ts';
import { idSchema, isLoopbackName, secureUrlSchema, splitListen } from './issuer-fields.ts';
import { secretReferenceSchema } from './secret-reference.ts';

const SECOND = 1_000;

const path = z.string().min(1);
const address = z
  .string()
  .regex(/^[^\s<>"(),:;@[\\\]]{1,64}@[A-Za-z0-9.-]{1,255}$/, 'expected a mail address such as oncall@example.com');

const common = {
  id: idSchema,
  for: z
    .array(z.enum(['alerts', 'approvals', 'reviews']))
    .min(1)
    .default(['alerts'])
    .describe('What it hears of: alerts, requests that wait for approval, overdue reviews of emergency access.'),
  min_severity: z.enum(SEVERITIES).default('medium').describe('Of alerts.'),
  rules: z.array(z.string().min(1)).default([]).describe('Alert rules; all when empty.'),
  groups: z
    .array(z.string().min(1))
    .default([])
    .describe('Approver groups whose requests it hears of; all when empty.'),
  timeout: durationSchema.default(10 * SECOND),
  ca: path.optional().describe('PEM of the certificate authorities to believe, instead of the usual ones.'),
};

const webhookSchema = z.strictObject({
  ...common,
  type: z.literal('webhook'),
  url: secureUrlSchema,
  sign: z
    .union([z.strictObject({ hmac: secretReferenceSchema }), z.strictObject({ jws: z.literal(true) })])
    .describe('HMAC-SHA-256 with a shared secret, or a detached JWS with the key of /jwks.'),
  authorization: secretReferenceSchema.optional().describe('Value of the header Authorization.'),
  private_network: z.boolean().default(false),
});

const slackSchema = z.strictObject({
  ...common,
  type: z.literal('slack'),
  url: secretReferenceSchema.describe('The incoming webhook: whoever knows it may write, so it is a secret.'),
  private_network: z.boolean().default(false),
});

const emailSchema = z.strictObject({
  ...common,
  type: z.literal('email'),
  server: z
    .string()
    .refine((text) => splitListen(text) !== undefined, 'expected host:port, for example smtp.example.com:465'),
  tls: z.enum(['implicit', 'starttls', 'none']).default('implicit').describe('none is for loopback only.'),
  login: z.strictObject({ user: z.string().min(1), password: secretReferenceSchema }).optional(),
  from: address,
  to: z.array(address).min(1),
});

const channelSchema = z.discriminatedUnion('type', [webhookSchema, slackSchema, emailSchema]);

export type ChannelConfig = z.output<typeof channelSchema>;

/** Where alerts and what waits for people are told. */
export const alertsSchema = z
  .strictObject({
    channels: z.array(channelSchema).default([]),
    window: durationSchema
      .default(3_600 * SECOND)
      .describe('The same alert about the same subject is raised once in so long.'),
    per_hour: z.number().int().min(1).default(60).describe('Notices of one channel; critical alerts are not counted.'),
  })
  .superRefine(({ channels }, context) => {
    for (const [index, channel] of channels.entries()) {
      const refuse = (key: string, message: string) =>
        context.addIssue({ code: 'custom', path: ['channels', index, key], message });
      if (channels.findIndex(({ id }) => id === channel.id) < index) refuse('id', `duplicate id "${channel.id}"`);
      if (
        channel.type === 'email' &&
        channel.tls === 'none' &&
        !isLoopbackName(splitListen(channel.server)?.host ?? '')
      )
        refuse('tls', 'expected implicit or starttls, since the server is not on this machine');
    }
  });
