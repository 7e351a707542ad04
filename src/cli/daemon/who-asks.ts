import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { BlockList, isIPv6 } from 'node:net';
import { resolve } from 'node:path';
import type { IssuerConfig } from '../../config/issuer.ts';
import { resolveSecret } from '../../config/resolve-secret.ts';
import { AppError } from '../../errors.ts';
import type { ClientMethod, ClientRule } from '../../http/client-auth/client-rule.ts';
import type { DocumentPlace } from '../../http/documents.ts';
import type { HttpOptions } from '../../http/options.ts';
import { type Certificate, readCertificate } from '../../http/sender/client-certificate.ts';
import { DpopNonces } from '../../http/sender/dpop-nonce.ts';
import type { Pinned } from '../../http/subject-token/fetch-pinned.ts';
import type { TrustRule } from '../../http/subject-token/trust-rule.ts';

/** Where the configuration stands, what secrets it refers to, and what the daemons of a store share. */
interface Surroundings {
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The public URL: the audience of rules that name none. */
  readonly url: string;
  readonly storeKey: Uint8Array;
}

/**
 * Everything about who may ask, as the endpoints check it.
 *
 * @throws {AppError} ERR_CONFIG_INVALID for a file that cannot be read or is none, ERR_CONFIG_SECRET.
 */
export function whoAsks(
  section: IssuerConfig,
  around: Surroundings,
): Pick<HttpOptions, 'trust' | 'spiffe' | 'aws' | 'clients' | 'certificates' | 'dpopNonces'> {
  const { aws_identity: aws, client_certificates: certificates, dpop } = section;
  return {
    trust: section.trust.map((rule) => trustRule(rule, around)),
    spiffe: section.spiffe.map((rule) => ({
      ...standsFor(rule),
      id: rule.id,
      trustDomain: rule.trust_domain,
      bundle: place(rule.bundle, around.folder),
      path: rule.path,
      audience: rule.audience ?? around.url,
    })),
    ...(aws === undefined
      ? {}
      : {
          aws: {
            ...pinned(aws, around.folder),
            endpoints: aws.endpoints,
            rules: aws.rules.map((rule) => ({
              ...standsFor(rule),
              id: rule.id,
              account: rule.account,
              identity: rule.identity,
            })),
          },
        }),
    clients: section.clients.map((client) => clientRule(client, around.folder)),
    ...(certificates === undefined ? {} : { certificates: certificateSource(certificates, around.folder) }),
    ...(dpop.nonce === 'required' ? { dpopNonces: new DpopNonces(around.storeKey) } : {}),
  };
}

function trustRule(rule: IssuerConfig['trust'][number], { folder, env, url }: Surroundings): TrustRule {
  const { keys_token: token } = rule;
  // Read once now, so that a reference to nothing is told at the start.
  if (token !== undefined) resolveSecret(token, { env, folder });
  return {
    ...pinned(rule, folder),
    ...(token === undefined ? {} : { bearer: () => resolveSecret(token, { env, folder }).reveal() }),
    id: rule.id,
    issuer: rule.issuer,
    audience: rule.audience ?? url,
    ...(rule.jwks_uri === undefined ? {} : { jwksUri: rule.jwks_uri }),
    subject: rule.subject,
    claims: rule.claims,
    algs: rule.algs,
    maxTokenAge: rule.max_token_age,
    replay: rule.replay,
    clients: rule.clients,
    ownersFrom: rule.owners_from,
    ...(rule.principal === undefined ? {} : { principal: rule.principal }),
  };
}

function clientRule(client: IssuerConfig['clients'][number], folder: string): ClientRule {
  return {
    ...standsFor(client),
    id: client.id,
    method: clientMethod(client, folder),
    introspectionAlg: client.introspection_signed_response_alg,
  };
}

function clientMethod(client: IssuerConfig['clients'][number], folder: string): ClientMethod {
  const { private_key_jwt: key, tls_client_auth: tls, self_signed_tls_client_auth: own } = client;
  if (key !== undefined) return { kind: 'private_key_jwt', jwks: place(key.jwks, folder), algs: key.algs };
  if (own !== undefined) {
    const thumbprints = own.certificates.flatMap((file) =>
      readCertificates(resolve(folder, file)).map(({ x509 }) => hash('sha256', x509.raw, 'base64url')),
    );
    return { kind: 'self_signed_tls_client_auth', thumbprints };
  }
  const kinds = { uri: tls?.san_uri, dns: tls?.san_dns, email: tls?.san_email, ip: tls?.san_ip };
  for (const kind of ['uri', 'dns', 'email', 'ip'] as const) {
    const value = kinds[kind];
    if (value !== undefined) return { kind: 'tls_client_auth', name: { kind, value } };
  }
  throw new AppError('ERR_CONFIG_INVALID', `client "${client.id}" has no method`);
}

function certificateSource(
  { ca, forwarded_by: hops, url }: NonNullable<IssuerConfig['client_certificates']>,
  folder: string,
): NonNullable<HttpOptions['certificates']> {
  const forwardedBy = new BlockList();
  for (const hop of hops) {
    const [address = '', bits] = hop.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (bits === undefined) forwardedBy.addAddress(address, family);
    else forwardedBy.addSubnet(address, Number(bits), family);
  }
  return {
    forwardedBy,
    authorities: ca === undefined ? [] : readCertificates(resolve(folder, ca)),
    ...(url === undefined ? {} : { url }),
  };
}

function standsFor({ owners, principal }: { owners: readonly string[]; principal?: string | undefined }) {
  return { owners, ...(principal === undefined ? {} : { principal }) };
}

function place(
  document: { file: string } | { url: string; private_network: boolean; ca?: string | undefined },
  folder: string,
): DocumentPlace {
  return 'file' in document
    ? { file: resolve(folder, document.file) }
    : { url: document.url, ...pinned(document, folder) };
}

function pinned(
  { private_network, ca }: { private_network: boolean; ca?: string | undefined },
  folder: string,
): Pinned {
  return {
    privateNetwork: private_network,
    ...(ca === undefined ? {} : { ca: readText(resolve(folder, ca)) }),
  };
}

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

function readCertificates(file: string): readonly Certificate[] {
  const certificates = (readText(file).match(PEM) ?? []).map(readCertificate);
  if (certificates.length === 0 || !certificates.every((one) => one !== undefined))
    throw new AppError('ERR_CONFIG_INVALID', `${file}: expected certificates as PEM`);
  return certificates;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AppError('ERR_CONFIG_INVALID', `${file}: cannot be read, but the section issuer names it`, { cause });
  }
}
