import { type BlockList, isIPv6 } from 'node:net';
import { type PeerCertificate, TLSSocket } from 'node:tls';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../errors.ts';
import { type Confirmation, keyOf } from '../../model/confirmation.ts';
import type { HttpContext } from '../options.ts';
import { type Certificate, type ClientCertificate, clientCertificate } from './client-certificate.ts';
import { refusedProof, verifyDpopProof } from './dpop.ts';
import { forwardedCertificate } from './forwarded-certificate.ts';

/** What a caller proved to hold with this very request. */
export interface Sender {
  /** What it is given is bound to this: to its DPoP key, or else to its certificate. */
  readonly cnf?: Confirmation;
  readonly certificate?: ClientCertificate;
  /** Uses up the DPoP proof, where there is one; see {@link DpopProof}. @throws {AppError} ERR_DPOP_PROOF. */
  useProof(): Promise<void>;
}

/** Where client certificates come from. */
export interface CertificateSource {
  /** Hops whose `Client-Cert` counts; from all others, the header is not looked at. */
  readonly forwardedBy: BlockList;
  /** Who may vouch for clients of `tls_client_auth`. */
  readonly authorities: readonly Certificate[];
  /** Base URL of the endpoints at which certificates are asked for, when it is not that of the issuer. */
  readonly url?: string;
}

/**
 * Reads and checks DPoP proof and client certificate of a request.
 *
 * @throws {AppError} ERR_DPOP_PROOF, ERR_DPOP_NONCE, ERR_CLIENT_REFUSED.
 */
export async function identifySender(
  request: FastifyRequest,
  reply: FastifyReply,
  context: HttpContext,
): Promise<Sender> {
  const certificate = certificateOf(request, context);
  const { dpopNonces } = context;
  if (dpopNonces !== undefined) reply.header('dpop-nonce', dpopNonces.current(context.now()));
  const { dpop } = request.headers;
  if (dpop === undefined)
    return certificate === undefined
      ? { useProof: async () => {} }
      : { certificate, cnf: { 'x5t#S256': certificate.thumbprint }, useProof: async () => {} };
  if (typeof dpop !== 'string') throw refusedProof('repeated');
  const expected = {
    method: request.method,
    urls: context.baseUrls.map((base) => new URL(base).origin + request.url),
    accessToken: /^DPoP ([\x21-\x7e]+)$/i.exec(request.headers.authorization ?? '')?.[1],
  };
  const { jkt, use } = await verifyDpopProof(dpop, expected, context);
  return { ...(certificate === undefined ? {} : { certificate }), cnf: { jkt }, useProof: use };
}

/**
 * What was bound to a key is asked about, ended and used by the holder of that key only (the class of CVE-2026-39388).
 *
 * @throws {AppError} ERR_DPOP_PROOF or ERR_CLIENT_REFUSED when `sender` does not prove it.
 */
export function requireKey(cnf: Confirmation | undefined, sender: Sender): void {
  if (cnf === undefined || provesKey(cnf, sender)) return;
  if ('jkt' in cnf) throw refusedProof('not the key that it is bound to');
  throw new AppError('ERR_CLIENT_REFUSED', 'this needs the client certificate that it is bound to');
}

export function provesKey(cnf: Confirmation, { cnf: shown, certificate }: Sender): boolean {
  if ('jkt' in cnf) return keyOf(cnf) === keyOf(shown);
  return cnf['x5t#S256'] === certificate?.thumbprint;
}

function certificateOf(request: FastifyRequest, { certificates }: HttpContext): ClientCertificate | undefined {
  if (certificates === undefined) return undefined;
  const { socket, headers } = request;
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/i, '');
  // A proxy's own certificate is not that of its callers.
  if (certificates.forwardedBy.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')) {
    try {
      return forwardedCertificate(single(headers['client-cert']), single(headers['client-cert-chain']));
    } catch (cause) {
      throw new AppError('ERR_CLIENT_REFUSED', 'the client certificate was refused', { cause });
    }
  }
  return socket instanceof TLSSocket ? certificateOfConnection(socket) : undefined;
}

const KNOWN = new WeakMap<TLSSocket, ClientCertificate | 'none'>();

/** Read once per connection: whoever holds it open cannot change who they are. */
function certificateOfConnection(socket: TLSSocket): ClientCertificate | undefined {
  const known = KNOWN.get(socket) ?? readChain(socket) ?? 'none';
  KNOWN.set(socket, known);
  return known === 'none' ? undefined : known;
}

function readChain(socket: TLSSocket): ClientCertificate | undefined {
  const shown = socket.getPeerCertificate(true);
  if (shown?.raw === undefined) return undefined;
  const others: Buffer[] = [];
  const seen = new Set<PeerCertificate>([shown]);
  for (let next = shown.issuerCertificate; next?.raw !== undefined && !seen.has(next); next = next.issuerCertificate) {
    seen.add(next);
    others.push(next.raw);
  }
  return clientCertificate(shown.raw, others);
}

function single(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' || value === undefined ? value : value.join(',');
}
