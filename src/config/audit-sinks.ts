import { z } from 'zod';
import { durationSchema } from './duration.ts';
import { idSchema, secureUrlSchema, splitListen } from './issuer-fields.ts';
import { secretReferenceSchema } from './secret-reference.ts';
import { sizeSchema } from './size.ts';

const SECOND = 1_000;
const MB = 1024 ** 2;

const path = z.string().min(1);
const timeout = durationSchema
  .default(5 * SECOND)
  .describe('How long one delivery may take before it counts as failed.');
const ca = path.optional().describe('PEM of the certificate authorities to believe, instead of the usual ones.');
const hostPort = z
  .string()
  .refine((text) => splitListen(text) !== undefined, 'expected host:port, for example siem.example:6514');

const fileSinkSchema = z.strictObject({
  id: idSchema,
  type: z.literal('file'),
  path: path.optional().describe('Default: audit/audit.jsonl in the state folder.'),
  rotate: z
    .strictObject({
      size: sizeSchema.optional(),
      age: durationSchema.optional(),
      keep: z.number().int().min(1).optional().describe('Rotated files that stay; all of them when absent.'),
    })
    .optional(),
  min_free: sizeSchema.default(256 * MB).describe('Less free space than this is an alarm.'),
  timeout,
});

const syslogSinkSchema = z.strictObject({
  id: idSchema,
  type: z.literal('syslog'),
  address: hostPort,
  transport: z.enum(['tls', 'tcp', 'udp']).default('tls').describe('RFC 5425, RFC 6587 (octet counting), RFC 5426.'),
  facility: z.number().int().min(0).max(23).default(13).describe('13 is "log audit".'),
  hostname: z
    .string()
    .regex(/^[!-~]{1,255}$/, 'expected printable ASCII without spaces')
    .optional()
    .describe('Default: the name of this machine.'),
  format: z.enum(['json', 'cef']).default('json'),
  ca,
  cert: path.optional().describe('PEM of a client certificate.'),
  key: path.optional(),
  timeout,
});

const webhookSinkSchema = z.strictObject({
  id: idSchema,
  type: z.literal('webhook'),
  url: secureUrlSchema,
  sign: z
    .union([z.strictObject({ hmac: secretReferenceSchema }), z.strictObject({ jws: z.literal(true) })])
    .describe('HMAC-SHA-256 with a shared secret, or a detached JWS with the key of /jwks.'),
  authorization: secretReferenceSchema.optional().describe('Value of the header Authorization.'),
  private_network: z.boolean().default(false).describe('The host lives in a private network.'),
  durable: z
    .boolean()
    .default(false)
    .describe('The receiver answers only after it has stored the events: then credentials may leave when it has them.'),
  batch: z.number().int().min(1).max(1000).default(100),
  ca,
  timeout,
});

const sinkSchema = z.discriminatedUnion('type', [fileSinkSchema, syslogSinkSchema, webhookSinkSchema]);

export type SinkConfig = z.output<typeof sinkSchema>;

/** Where audit events go, beside the store. */
const sinksSchema = z
  .array(sinkSchema)
  .superRefine((sinks, context) => {
    for (const [index, sink] of sinks.entries()) {
      const refuse = (key: string, message: string) =>
        context.addIssue({ code: 'custom', path: [index, key], message });
      if (sinks.findIndex(({ id }) => id === sink.id) < index) refuse('id', `duplicate id "${sink.id}"`);
      if (sink.type !== 'syslog') continue;
      if ((sink.cert === undefined) !== (sink.key === undefined)) refuse('cert', 'expected cert and key, or neither');
      if (sink.transport !== 'tls' && (sink.ca ?? sink.cert) !== undefined)
        refuse('transport', 'expected tls, since certificates are named');
    }
    if (!sinks.some((sink) => sink.type === 'file' || (sink.type === 'webhook' && sink.durable)))
      context.addIssue({
        code: 'custom',
        path: [],
        message: 'expected a file, or a webhook with durable: true: nothing is issued without a durable sink',
      });
  })
  .prefault([{ id: 'file', type: 'file' }])
  .describe('Where audit events go, beside the store. At least one must be durable. No API can set any of it.');

const DAY = 24 * 3_600_000;

/** The section `issuer.audit`. */
export const auditSchema = z.strictObject({
  sinks: sinksSchema,
  retention: durationSchema
    .refine((milliseconds) => milliseconds >= DAY, 'expected a day at least')
    .optional()
    .describe('What is older leaves the store for signed files; it stays in the store for ever when absent.'),
  archive: path.optional().describe('Folder of those files. Default: audit/archive in the state folder.'),
});
