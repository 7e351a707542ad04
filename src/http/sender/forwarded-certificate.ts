import { type ClientCertificate, clientCertificate } from './client-certificate.ts';

/** A Byte Sequence of Structured Fields (RFC 8941 §3.3.5), which ends where it ends. */
const BYTES = /^:([A-Za-z0-9+/]+={0,2}):$/;

/**
 * The certificate that a proxy in front of us says it was shown: `Client-Cert` and `Client-Cert-Chain` (RFC 9440). Only for requests of a
 * configured hop, which must remove what its own callers send under these names.
 *
 * @returns undefined when there is none.
 * @throws {RangeError} when there is one that cannot be read, such as two in one: then nobody knows who calls.
 */
export function forwardedCertificate(
  header: string | undefined,
  chain: string | undefined,
): ClientCertificate | undefined {
  if (header === undefined && chain === undefined) return undefined;
  const leaf = bytesOf(header ?? '');
  const others = chain === undefined ? [] : chain.split(',').map((item) => bytesOf(item.trim()));
  const certificate =
    leaf !== undefined && others.every((one) => one !== undefined) ? clientCertificate(leaf, others) : undefined;
  if (certificate === undefined) throw new RangeError('the forwarded client certificate cannot be read');
  return certificate;
}

function bytesOf(item: string): Buffer | undefined {
  const text = BYTES.exec(item.trim())?.[1];
  return text === undefined ? undefined : Buffer.from(text, 'base64');
}
