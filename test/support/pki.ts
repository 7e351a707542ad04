import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate with its key, as PEM. */
export interface Pair {
  readonly cert: string;
  readonly key: string;
  readonly der: Buffer;
}

export interface CertificateWish {
  readonly subject?: string;
  /** `URI:spiffe://…`, `DNS:…`; several with commas between. */
  readonly names?: string;
  /** Lines such as `basicConstraints=critical,CA:FALSE`, instead of those of a usual leaf. */
  readonly extensions?: readonly string[];
  readonly days?: number;
  /** Who signs; itself when absent. */
  readonly by?: Pair;
}

const LEAF = ['basicConstraints=critical,CA:FALSE', 'keyUsage=critical,digitalSignature'];
export const AUTHORITY = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign'];

/** Makes a certificate with the openssl program. */
export function makeCertificate(wish: CertificateWish = {}): Pair {
  const folder = mkdtempSync(join(tmpdir(), 'lapse-pki-'));
  const file = (name: string) => join(folder, name);
  try {
    const signer =
      wish.by === undefined
        ? []
        : ['-CA', write(file('ca.pem'), wish.by.cert), '-CAkey', write(file('ca.key'), wish.by.key)];
    const extensions = [
      ...(wish.extensions ?? LEAF),
      ...(wish.names === undefined ? [] : [`subjectAltName=${wish.names}`]),
    ];
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
        ...['-subj', wish.subject ?? '/CN=test', '-days', String(wish.days ?? 2)],
        ...signer,
        ...extensions.flatMap((extension) => ['-addext', extension]),
        ...['-config', write(file('openssl.cnf'), '[req]\ndistinguished_name=dn\n[dn]\n')],
        ...['-keyout', file('key.pem'), '-out', file('cert.pem')],
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    const cert = readFileSync(file('cert.pem'), 'utf8');
    return { cert, key: readFileSync(file('key.pem'), 'utf8'), der: new X509Certificate(cert).raw };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function write(file: string, text: string): string {
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}
