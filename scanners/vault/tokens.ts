import { type Node, type Place, textAt, textsAt } from '../../src/scan/formats/node.ts';
import type { FileFacts } from '../file-facts.ts';
import { bindPolicies } from './auth-roles.ts';
import { authRole, tokenName } from './names.ts';

/** An answer about one token (`auth/token/lookup-accessor`); the token itself, where it is in it, is not looked at. */
export function readToken(data: Node, place: Place, server: string, facts: FileFacts, now: Date): void {
  const accessor = textAt(data, 'accessor');
  if (!accessor) {
    facts.problem('a token without an accessor', place);
    return;
  }
  const expires = textAt(data, 'expire_time');
  const created = Number(textAt(data, 'creation_time') ?? Number.NaN);
  const periodic = Number(textAt(data, 'period') ?? '0') > 0;
  const policies = new Set([...textsAt(data, 'policies'), ...textsAt(data, 'identity_policies')]);
  const createdAt = Number.isFinite(created) ? { createdAt: new Date(created * 1000).toISOString() } : {};
  const principal = facts.principal(
    {
      ...tokenName(server, accessor, textAt(data, 'display_name') ?? accessor),
      ...createdAt,
      attributes: {
        path: textAt(data, 'path') ?? null,
        type: textAt(data, 'type') ?? null,
        orphan: textAt(data, 'orphan') === 'true',
        no_default_policy: true,
      },
    },
    place,
  );
  facts.credential(
    {
      kind: 'token',
      nativeId: accessor,
      principal,
      status: expires !== undefined && Date.parse(expires) <= now.getTime() ? 'expired' : 'active',
      ...createdAt,
      // A periodic token is renewed for ever: the time that it has now is no end.
      ...(expires !== undefined && !periodic ? { expiresAt: new Date(expires).toISOString() } : {}),
      attributes: { periodic, num_uses: Number(textAt(data, 'num_uses') ?? '0') },
    },
    place,
  );
  bindPolicies(principal, policies, place, server, facts);
}

/** `auth/token/accessors`: that a token is there, and nothing of it. */
export function readAccessors(node: Node, place: Place, server: string, facts: FileFacts): void {
  const names = node.kind === 'list' ? textsAt(node) : textsAt(node, 'keys');
  for (const accessor of names) {
    const principal = facts.name(tokenName(server, accessor, accessor), place);
    facts.credential({ kind: 'token', nativeId: accessor, principal, status: 'unknown', expiryUnknown: true }, place);
  }
}

/** An answer about a secret id, by its accessor. */
export function readSecretId(
  data: Node,
  mount: string,
  role: string,
  place: Place,
  server: string,
  facts: FileFacts,
): void {
  const accessor = textAt(data, 'secret_id_accessor');
  if (!accessor) return;
  const ttl = Number(textAt(data, 'secret_id_ttl') ?? '0');
  const expires = textAt(data, 'expiration_time');
  const ends = expires !== undefined && !expires.startsWith('0001-');
  facts.credential(
    {
      kind: 'secret-id',
      nativeId: accessor,
      principal: facts.name(authRole(server, 'approle', mount, role), place),
      ...(ends ? { expiresAt: new Date(expires).toISOString() } : ttl > 0 ? { expiryUnknown: true } : {}),
      attributes: { ttl, num_uses: Number(textAt(data, 'secret_id_num_uses') ?? '0') },
    },
    place,
  );
}
