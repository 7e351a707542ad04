import { hash, X509Certificate } from 'node:crypto';
import { type CertificateExtensions, certificateExtensions } from './certificate-extensions.ts';

/** A certificate whose key the caller has proved to hold, to us or to a proxy in front of us. Whether anybody trusts it is another question. */
export interface ClientCertificate extends Certificate {
  /** SHA-256 of the DER (RFC 8705 §3.1). */
  readonly thumbprint: string;
  /** What the caller sent along, for a path to an authority. */
  readonly intermediates: readonly Certificate[];
}

export interface Certificate {
  readonly x509: X509Certificate;
  readonly extensions: CertificateExtensions;
}

const MAX_INTERMEDIATES = 8;

/** @returns undefined when a certificate cannot be read, or there are too many. */
export function clientCertificate(leaf: Buffer, others: readonly Buffer[]): ClientCertificate | undefined {
  const certificate = readCertificate(leaf);
  const intermediates = others.map(readCertificate);
  if (certificate === undefined || intermediates.length > MAX_INTERMEDIATES) return undefined;
  if (!intermediates.every((one) => one !== undefined)) return undefined;
  return { ...certificate, thumbprint: hash('sha256', leaf, 'base64url'), intermediates };
}

/** @param bytes - DER or PEM. */
export function readCertificate(bytes: Buffer | string): Certificate | undefined {
  try {
    const x509 = new X509Certificate(bytes);
    const extensions = certificateExtensions(x509.raw);
    return extensions === undefined ? undefined : { x509, extensions };
  } catch {
    return undefined;
  }
}
