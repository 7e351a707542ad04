import { decodeAwsAccessKey, decodeAwsAccessKeyId } from './decode/aws-access-key.ts';
import { decodeBasicAuth } from './decode/basic-auth.ts';
import { decodeGcpServiceAccountKey } from './decode/gcp-service-account-key.ts';
import { decodeJwt } from './decode/jwt.ts';
import { decodePrivateKey } from './decode/private-key.ts';
import { decodeUrlPassword } from './decode/url-password.ts';
import type { Decoder } from './decoder.ts';

/** Decoders that rules name. */
export const DECODERS = {
  'aws-access-key': decodeAwsAccessKey,
  'aws-access-key-id': decodeAwsAccessKeyId,
  'basic-auth': decodeBasicAuth,
  'gcp-service-account-key': decodeGcpServiceAccountKey,
  jwt: decodeJwt,
  'private-key': decodePrivateKey,
  'url-password': decodeUrlPassword,
} as const satisfies Record<string, Decoder>;

export type DecoderName = keyof typeof DECODERS;
