import { X509Certificate } from 'node:crypto';
import { credentialId } from '../../src/model/id.ts';
import { itemsAt, textAt } from '../../src/scan/formats/node.ts';
import type { Facts } from './facts.ts';
import type { ManifestObject } from './manifest-object.ts';
import { group, user } from './principals.ts';

/** Signers whose certificates sign in to the API server; others are for servers and for what somebody else runs. */
const CLIENT_SIGNERS: ReadonlySet<string> = new Set([
  'kubernetes.io/kube-apiserver-client',
  'kubernetes.io/kube-apiserver-client-kubelet',
]);

/**
 * A CertificateSigningRequest that was answered: the certificate signs in as the user of its common name, in the groups of its
 * organizations, until it expires; the API server revokes none.
 *
 * Source: Kubernetes documentation, "Certificates and Certificate Signing Requests", "Authenticating" (X509 client certificates).
 */
export function readSigningRequest(object: ManifestObject, facts: Facts): void {
  const { node, place, name } = object;
  const signer = textAt(node, 'spec', 'signerName') ?? '';
  const issued = textAt(node, 'status', 'certificate');
  // What was asked for and not answered opens nothing.
  if (!CLIENT_SIGNERS.has(signer) || issued === undefined) return;
  const certificate = readCertificate(issued);
  if (certificate === undefined) {
    facts.problem(`the certificate of CertificateSigningRequest "${name}" cannot be read`, place);
    return;
  }
  const { commonName, organizations, from, until } = certificate;
  const locations = [facts.at(place)];
  const holder = facts.reference(user(facts.cluster, commonName), place);
  const nativeId = `${facts.cluster}/csr/${name}`;
  const requester = textAt(node, 'spec', 'username');
  facts.tell({
    kind: 'credential',
    body: {
      id: credentialId('kubernetes', 'client-certificate', nativeId),
      platform: 'kubernetes',
      kind: 'client-certificate',
      nativeId,
      principal: holder,
      status: Date.parse(until) < facts.now.getTime() ? 'expired' : 'active',
      createdAt: from,
      expiresAt: until,
      attributes: {
        signer,
        groups: organizations,
        approved: itemsAt(node, 'status', 'conditions').some((condition) => textAt(condition, 'type') === 'Approved'),
        ...(requester === undefined ? {} : { requested_by: requester }),
      },
      locations,
    },
  });
  for (const organization of organizations) {
    facts.trust({
      principal: facts.reference(group(facts.cluster, organization), place),
      subject: { kind: 'principal', id: holder },
      declaredBy: 'target',
      how: 'member-of',
      locations,
    });
  }
}

interface ClientCertificate {
  readonly commonName: string;
  readonly organizations: readonly string[];
  /** ISO 8601. */
  readonly from: string;
  readonly until: string;
}

function readCertificate(base64: string): ClientCertificate | undefined {
  try {
    const { subject, validFrom, validTo } = new X509Certificate(Buffer.from(base64, 'base64'));
    const names = subject.split('\n').map((line): readonly [string, string] => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1)];
    });
    const commonName = names.find(([type]) => type === 'CN')?.[1];
    if (commonName === undefined) return undefined;
    return {
      commonName,
      organizations: names.flatMap(([type, value]) => (type === 'O' ? [value] : [])),
      from: new Date(validFrom).toISOString(),
      until: new Date(validTo).toISOString(),
    };
  } catch {
    return undefined;
  }
}
