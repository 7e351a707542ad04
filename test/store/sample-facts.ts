import type { Credential } from '../../src/model/credential.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { Grant } from '../../src/model/grant.ts';
import { contentId, credentialId, principalId, secretId } from '../../src/model/id.ts';
import type { Principal } from '../../src/model/principal.ts';
import type { StaticSecret } from '../../src/model/static-secret.ts';
import type { StoredFact } from '../../src/store/inventory/inventory-store.ts';

/** Small, plainly invented entities; every field can be overridden. */
export function user(name: string, over: Partial<Principal> = {}): Principal {
  const nativeId = `arn:aws:iam::111122223333:user/${name}`;
  return {
    id: principalId('aws', 'user', nativeId),
    platform: 'aws',
    kind: 'user',
    nativeId,
    name,
    scope: ['111122223333'],
    seen: 'listed',
    locations: [{ path: 'iam.json', line: 1 }],
    ...over,
  };
}

export function accessKey(name: string, nativeId: string, over: Partial<Credential> = {}): Credential {
  return {
    id: credentialId('aws', 'access-key', nativeId),
    platform: 'aws',
    kind: 'access-key',
    nativeId,
    principal: user(name).id,
    status: 'active',
    createdAt: '2025-01-01T00:00:00Z',
    locations: [{ path: 'keys.json', line: 3 }],
    ...over,
  };
}

export function secret(digit: string, over: Partial<StaticSecret> = {}): StaticSecret {
  const fingerprint = digit.repeat(64).slice(0, 64);
  return {
    id: secretId(fingerprint),
    rule: 'aws/access-key',
    vendor: 'aws',
    title: 'AWS access key',
    confidence: 'structured',
    fingerprint,
    validity: 'unknown',
    inHead: true,
    locations: [{ path: '.env', line: 2, column: 5 }],
    ...over,
  };
}

export function grant(name: string, action: string, over: Partial<Grant> = {}): Grant {
  const content = { principal: user(name).id, action };
  return {
    id: contentId('grant', content),
    platform: 'aws',
    principal: content.principal,
    effect: 'allow',
    role: 'identity',
    actions: [action],
    resources: ['*'],
    scope: '111122223333',
    via: ['policy:inline'],
    locations: [{ path: 'iam.json', line: 9 }],
    ...over,
  };
}

export function finding(rule: string, subject: string, over: Partial<Finding> = {}): Finding {
  return {
    rule,
    title: rule,
    severity: 'high',
    subject,
    subjectName: subject,
    message: `${rule} of ${subject}`,
    detail: {},
    evidence: [],
    remediation: 'take it away',
    controls: {},
    fingerprint: `${rule}|${subject}`,
    ...over,
  };
}

/** Facts of one unit. */
export function unit(path: string, ...facts: readonly Omit<StoredFact, 'unit'>[]): readonly StoredFact[] {
  return facts.map((fact) => ({ ...fact, unit: path }) as StoredFact);
}
