import { decodeAwsAccessKey, decodeAwsAccessKeyId } from './decode/aws-access-key.ts';
import {
  decodeAzureClientSecret,
  decodeAzureConnectionString,
  decodeAzureSas,
  decodeAzureServicePrincipal,
} from './decode/azure.ts';
import { decodeBase64Password } from './decode/base64-password.ts';
import { decodeBasicAuth } from './decode/basic-auth.ts';
import { inTheClear, underPassphrase } from './decode/by-encryption.ts';
import { decodeDockerAuth, decodeDockerToken } from './decode/docker-auth.ts';
import { decodeEncodedJwt, decodeEncodedPrivateKey } from './decode/encoded.ts';
import { decodeGcpServiceAccountKey } from './decode/gcp-service-account-key.ts';
import { decodeGrafanaApiKey } from './decode/grafana-api-key.ts';
import { decodeMysqlOption, decodePypircEntry, decodeRcloneEntry, decodeS3cmdEntry } from './decode/ini-entry.ts';
import { decodeBedrockKey, decodeGithubToken, decodeSentryOrgToken } from './decode/issued-token.ts';
import { decodeJwt } from './decode/jwt.ts';
import { decodeMavenServer } from './decode/maven-server.ts';
import { decodeOpaqueToken } from './decode/opaque-token.ts';
import { decodePasswordHash } from './decode/password-hash.ts';
import { decodePlainPassword } from './decode/plain-password.ts';
import { decodePrivateKey } from './decode/private-key.ts';
import { decodePuttyKey } from './decode/putty-key.ts';
import { decodeUrlPassword } from './decode/url-password.ts';
import type { Decoder } from './decoder.ts';

/** Decoders that rules name. */
export const DECODERS = {
  'aws-access-key': decodeAwsAccessKey,
  'aws-access-key-id': decodeAwsAccessKeyId,
  'azure-client-secret': decodeAzureClientSecret,
  'azure-connection-string': decodeAzureConnectionString,
  'azure-sas': decodeAzureSas,
  'azure-service-principal': decodeAzureServicePrincipal,
  'base64-password': decodeBase64Password,
  'basic-auth': decodeBasicAuth,
  'bedrock-key': decodeBedrockKey,
  'docker-auth': decodeDockerAuth,
  'docker-token': decodeDockerToken,
  'encoded-jwt': decodeEncodedJwt,
  'encoded-private-key': decodeEncodedPrivateKey,
  'encrypted-private-key': underPassphrase(decodePrivateKey),
  'encrypted-putty-key': underPassphrase(decodePuttyKey),
  'gcp-service-account-key': decodeGcpServiceAccountKey,
  'github-token': decodeGithubToken,
  'grafana-api-key': decodeGrafanaApiKey,
  jwt: decodeJwt,
  'maven-server': decodeMavenServer,
  'mysql-option': decodeMysqlOption,
  'opaque-token': decodeOpaqueToken,
  'password-hash': decodePasswordHash,
  'plain-password': decodePlainPassword,
  'private-key': inTheClear(decodePrivateKey),
  'putty-key': inTheClear(decodePuttyKey),
  'pypirc-entry': decodePypircEntry,
  'rclone-entry': decodeRcloneEntry,
  's3cmd-entry': decodeS3cmdEntry,
  'sentry-org-token': decodeSentryOrgToken,
  'url-password': decodeUrlPassword,
} as const satisfies Record<string, Decoder>;

export type DecoderName = keyof typeof DECODERS;
