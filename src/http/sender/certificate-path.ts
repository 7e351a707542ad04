import type { Certificate, ClientCertificate } from './client-certificate.ts';

const MAX_PATH = 6;

/**
 * Whether a path leads from a certificate to one of `roots`, and to no other authority: by name, key usage and signature of each step, validity
 * at `now`, basic constraints and path lengths (RFC 5280 §6). What somebody else's authority has signed never counts, whatever names
 * it uses. Unknown critical extensions (name constraints among them) are refused; there are no revocation lists: such certificates are meant to be short.
 */
export function leadsTo(leaf: ClientCertificate, roots: readonly Certificate[], now: Date): boolean {
  if (!validAt(leaf, now) || leaf.extensions.unknownCritical) return false;
  return step(leaf, 0, new Set());

  function step(certificate: Certificate, below: number, seen: ReadonlySet<Certificate>): boolean {
    if (below >= MAX_PATH) return false;
    if (roots.some((root) => maySign(root, certificate, below, now))) return true;
    return leaf.intermediates.some(
      (next) =>
        !seen.has(next) && maySign(next, certificate, below, now) && step(next, below + 1, new Set([...seen, next])),
    );
  }
}

/** @param below - how many authorities stand between this one and the leaf. */
function maySign(authority: Certificate, certificate: Certificate, below: number, now: Date): boolean {
  const { ca, pathLength, keyUsage, unknownCritical } = authority.extensions;
  if (!ca || unknownCritical || (pathLength !== undefined && below > pathLength)) return false;
  if (keyUsage !== undefined && !keyUsage.certSign) return false;
  return (
    validAt(authority, now) &&
    certificate.x509.checkIssued(authority.x509) &&
    certificate.x509.verify(authority.x509.publicKey)
  );
}

function validAt({ x509 }: Certificate, now: Date): boolean {
  return Date.parse(x509.validFrom) <= now.getTime() && now.getTime() <= Date.parse(x509.validTo);
}
