import { decodeAwsAccessKey, decodeAwsAccessKeyId } from './decode/aws-access-key.ts';
import { decodeBasicAuth } from './decode/basic-auth.ts';
import { decodeEncodedJwt, decodeEncodedPrivateKey } from './decode/encoded.ts';
import { decodeGcpServiceAccountKey } from './decode/gcp-service-account-key.ts';
import { decodeGrafanaApiKey } from './decode/grafana-api-key.ts';
import { decodeJwt } from './decode/jwt.ts';
import { decodeOpaqueToken } from './decode/opaque-token.ts';
import { decodePlainPassword } from './decode/plain-password.ts';
import { decodePrivateKey } from './decode/private-key.ts';
import { decodeUrlPassword } from './decode/url-password.ts';
import type { Decoder } from './decoder.ts';

/** Decoders that rules name. */
export const DECODERS = {
  'aws-access-key': decodeAwsAccessKey,
  'aws-access-key-id': decodeAwsAccessKeyId,
  'basic-auth': decodeBasicAuth,
  'encoded-jwt': decodeEncodedJwt,
  'encoded-private-key': decodeEncodedPrivateKey,
  'gcp-service-account-key': decodeGcpServiceAccountKey,
  'grafana-api-key': decodeGrafanaApiKey,
  jwt: decodeJwt,
  'opaque-token': decodeOpaqueToken,
  'plain-password': decodePlainPassword,
  'private-key': decodePrivateKey,
  'url-password': decodeUrlPassword,
} as const satisfies Record<string, Decoder>;

export type DecoderName = keyof typeof DECODERS;
