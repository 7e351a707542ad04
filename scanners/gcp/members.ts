import { defaultAccountOf, isGoogleManaged, type Member } from '../../src/iam/gcp/member.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { Node } from '../../src/scan/formats/node.ts';
import type { Facts } from './facts.ts';

/** A principal that a policy names. Returns its id. */
export function nameMember(member: Member, facts: Facts, at: Node): string {
  const { kind, nativeId, name, scope, deleted } = member;
  const named = { kind, nativeId, name, scope };
  if (deleted) return facts.name({ ...named, enabled: false, attributes: { deleted } }, at);
  const attributes = kind === 'service-account' ? accountMarks(nativeId) : {};
  return facts.name(Object.keys(attributes).length === 0 ? named : { ...named, attributes }, at);
}

/** What an address alone says of an account. */
export function accountMarks(email: string): JsonObject {
  const standard = defaultAccountOf(email);
  return {
    ...(standard === undefined ? {} : { default_account: standard }),
    ...(isGoogleManaged(email) ? { google_managed: true } : {}),
  };
}
