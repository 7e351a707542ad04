import type { Credential } from '../../src/model/credential.ts';
import type { Fact } from '../../src/model/fact.ts';
import type { Grant } from '../../src/model/grant.ts';
import { contentId, credentialId, principalId, secretId } from '../../src/model/id.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import { mergeInventory } from '../../src/model/merge-inventory.ts';
import type { Principal } from '../../src/model/principal.ts';
import type { StaticSecret } from '../../src/model/static-secret.ts';
import type { Trust } from '../../src/model/trust.ts';

/** Small rows of the inventory for tests: only what differs has to be said. */
export function principal(platform: string, kind: string, nativeId: string, rest: Partial<Principal> = {}): Principal {
  return {
    id: principalId(platform, kind, nativeId),
    platform,
    kind,
    nativeId,
    name: nativeId.split('/').at(-1) ?? nativeId,
    scope: [],
    seen: 'listed',
    locations: [],
    ...rest,
  };
}

export function credential(
  platform: string,
  kind: string,
  nativeId: string,
  owner: Principal,
  rest: Partial<Credential> = {},
): Credential {
  return {
    id: credentialId(platform, kind, nativeId),
    platform,
    kind,
    nativeId,
    principal: owner.id,
    status: 'active',
    locations: [],
    ...rest,
  };
}

export function secret(name: string, rest: Partial<StaticSecret> = {}): StaticSecret {
  const fingerprint = Buffer.from(name).toString('hex').padEnd(64, '0').slice(0, 64);
  return {
    id: secretId(fingerprint),
    rule: 'test/secret',
    vendor: 'test',
    title: `test secret ${name}`,
    confidence: 'structured',
    fingerprint,
    validity: 'unknown',
    inHead: true,
    locations: [{ path: 'deploy/settings', line: 3, column: 5 }],
    ...rest,
  };
}

export function grant(owner: Principal, actions: readonly string[], rest: Partial<Grant> = {}): Grant {
  const body = {
    platform: owner.platform,
    principal: owner.id,
    effect: 'allow' as const,
    role: 'identity' as const,
    actions,
    resources: ['*'],
    scope: owner.scope.join('/'),
    via: [],
    ...rest,
  };
  const { locations: _, ...content } = body as typeof body & { locations?: unknown };
  return { id: contentId('grant', content as never), locations: [], ...body };
}

export function trust(target: Principal, subject: Trust['subject'], how: string, rest: Partial<Trust> = {}): Trust {
  const body = {
    platform: target.platform,
    principal: target.id,
    subject,
    declaredBy: 'target' as const,
    effect: 'allow' as const,
    how,
    ...rest,
  };
  const { locations: _, ...content } = body as typeof body & { locations?: unknown };
  return { id: contentId('trust', content as never), locations: [], ...body };
}

export function inventoryOf(rows: {
  readonly principals?: readonly Principal[];
  readonly credentials?: readonly Credential[];
  readonly secrets?: readonly StaticSecret[];
  readonly grants?: readonly Grant[];
  readonly trusts?: readonly Trust[];
}): Inventory {
  const facts: Fact[] = [
    ...(rows.principals ?? []).map((body): Fact => ({ kind: 'principal', body })),
    ...(rows.credentials ?? []).map((body): Fact => ({ kind: 'credential', body })),
    ...(rows.secrets ?? []).map((body): Fact => ({ kind: 'secret', body })),
    ...(rows.grants ?? []).map((body): Fact => ({ kind: 'grant', body })),
    ...(rows.trusts ?? []).map((body): Fact => ({ kind: 'trust', body })),
  ];
  return mergeInventory(facts);
}
