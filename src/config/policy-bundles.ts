import { z } from 'zod';
import { durationSchema } from './duration.ts';
import { idSchema, secureUrlSchema } from './issuer-fields.ts';
import { secretReferenceSchema } from './secret-reference.ts';
import { sizeSchema } from './size.ts';
import { SIGNATURE_ALGORITHMS } from './trust.ts';

const MEBIBYTE = 1024 ** 2;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const path = z.string().min(1);

const signatureKeySchema = z.strictObject({
  id: z.string().min(1).describe('As signers name it: opa sign --verification-key-id.'),
  algorithm: z.enum(SIGNATURE_ALGORITHMS),
  public_key: z
    .string()
    .refine(
      (text) => /^-----BEGIN (?:RSA )?PUBLIC KEY-----/.test(text.trim()),
      'expected the PEM text of a public key (-----BEGIN PUBLIC KEY-----)',
    )
    .describe('PEM, as text: whoever may change this file says who may sign.'),
});

const signatureSchema = z
  .strictObject({
    keys: z.array(signatureKeySchema).min(1),
    scope: z.string().min(1).optional().describe('What signers must have meant the bundle for: their claim scope.'),
  })
  .refine(({ keys }) => new Set(keys.map(({ id }) => id)).size === keys.length, 'two keys have one id');

const urlSchema = secureUrlSchema.refine(
  (text) => !URL.canParse(text) || (new URL(text).username === '' && new URL(text).password === ''),
  'expected a URL without user and password: credential names a secret',
);

const bundleSchema = z
  .strictObject({
    name: idSchema.describe('Stands in revisions and messages.'),
    url: urlSchema.optional().describe('Where a .tar.gz is fetched from.'),
    path: path.optional().describe('A .tar.gz or a folder, relative to this file.'),
    credential: secretReferenceSchema.optional().describe('Bearer token for the URL.'),
    ca: path.optional().describe('PEM file of further certificate authorities for the URL.'),
    interval: durationSchema
      .refine((milliseconds) => milliseconds >= 1_000 && milliseconds <= DAY, 'expected from 1s to 24h')
      .default(MINUTE)
      .describe('From one look to the next, a tenth more or less.'),
    timeout: durationSchema
      .refine((milliseconds) => milliseconds <= 10 * MINUTE, 'expected at most 10m')
      .default(MINUTE / 2)
      .describe('For a whole download.'),
    max_size: sizeSchema
      .refine((bytes) => bytes <= 64 * MEBIBYTE, 'expected at most 64MB')
      .default(16 * MEBIBYTE)
      .describe('Packed and unpacked.'),
    signature: signatureSchema.optional().describe('Whose signature it must have.'),
    unsigned: z.literal(true).optional().describe('Whoever answers at the URL says what holds.'),
  })
  .superRefine((bundle, context) => {
    const fail = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message });
    if ((bundle.url === undefined) === (bundle.path === undefined)) fail('url', 'expected either url or path');
    if (bundle.url === undefined)
      for (const field of ['credential', 'ca'] as const)
        if (bundle[field] !== undefined) fail(field, 'is for a url only');
    if (bundle.signature !== undefined && bundle.unsigned === true) fail('unsigned', 'signature says otherwise');
    if (bundle.url !== undefined && bundle.signature === undefined && bundle.unsigned !== true)
      fail('signature', 'expected whose signature it must have, or "unsigned: true"');
  });

/** Policies and data that come from elsewhere, or as a whole. */
export const bundlesSchema = z.array(bundleSchema).superRefine((bundles, context) => {
  for (const [index, { name }] of bundles.entries())
    if (bundles.findIndex((other) => other.name === name) < index)
      context.addIssue({ code: 'custom', path: [index, 'name'], message: `duplicate name "${name}"` });
});

export type BundleConfig = z.output<typeof bundleSchema>;
