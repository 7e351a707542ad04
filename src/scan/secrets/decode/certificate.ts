import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { DecodeInput } from '../decoder.ts';

/** How far from its key a certificate is looked for, in bytes to each side. */
const REACH = 12_000;
const MOST_CERTIFICATES = 8;
/** What it costs to read a key or a certificate, in steps of `Effort`. */
const READ_STEPS = 20_000;

const PEM_CERTIFICATE =
  /-----BEGIN CERTIFICATE-----((?:[A-Za-z0-9+/=\s]|\\[nrt]){100,12000})-----END CERTIFICATE-----/g;

/** What a certificate says of the key that it belongs to. */
export type CertificateFacts = {
  readonly certificate_subject: string;
  readonly certificate_issuer: string;
  /** ISO 8601. */
  readonly certificate_expires: string;
  readonly certificate_expired: boolean;
};

/**
 * The certificate that belongs to a private key and stands in PEM beside it. Where the key can be read, its public half
 * decides; of an encrypted one, the nearest certificate that is no authority's.
 *
 * @param text - bytes seen as Latin-1, with the key from `start` to `end`.
 * @param pem - the key in PEM, with real line ends.
 */
export function certificateBeside(
  { text, start, end, effort }: Pick<DecodeInput, 'text' | 'start' | 'end' | 'effort'>,
  pem: string,
  now: Date,
): CertificateFacts | undefined {
  const from = Math.max(0, start - REACH);
  const around = text.slice(from, end + REACH);
  if (!around.includes('BEGIN CERTIFICATE')) return undefined;
  effort.spend(around.length + READ_STEPS);
  const key = readKey(pem);
  let nearest: { certificate: X509Certificate; distance: number } | undefined;
  for (const [index, match] of [...around.matchAll(PEM_CERTIFICATE)].entries()) {
    if (index >= MOST_CERTIFICATES) break;
    effort.spend(READ_STEPS);
    const certificate = readCertificate(Buffer.from((match[1] ?? '').replaceAll(/\\[nrt]|\s/g, ''), 'base64'));
    if (certificate === undefined) continue;
    if (key === undefined ? certificate.ca : !belongs(certificate, key)) continue;
    const distance = Math.abs(from + match.index - start);
    if (nearest === undefined || distance < nearest.distance) nearest = { certificate, distance };
  }
  return nearest === undefined ? undefined : certificateFacts(nearest.certificate, now);
}

/** A certificate in PEM or DER; undefined for what is none. */
export function readCertificate(bytes: Uint8Array): X509Certificate | undefined {
  try {
    return new X509Certificate(bytes);
  } catch {
    return undefined;
  }
}

export function certificateFacts(certificate: X509Certificate, now: Date): CertificateFacts {
  const expires = new Date(certificate.validTo);
  const known = Number.isFinite(expires.getTime());
  return {
    certificate_subject: oneLine(certificate.subject),
    certificate_issuer: oneLine(certificate.issuer),
    certificate_expires: known ? expires.toISOString() : certificate.validTo,
    certificate_expired: known && expires.getTime() < now.getTime(),
  };
}

function oneLine(name: string | undefined): string {
  return (name ?? '').replaceAll('\n', ', ').slice(0, 300);
}

function readKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}

function belongs(certificate: X509Certificate, key: KeyObject): boolean {
  try {
    return certificate.checkPrivateKey(key);
  } catch {
    return false;
  }
}
