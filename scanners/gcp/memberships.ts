import { memberOf } from '../../src/iam/gcp/member.ts';
import type { Node } from '../../src/scan/formats/node.ts';
import type { Facts } from './facts.ts';
import { textOf } from './fields.ts';
import { nameMember } from './members.ts';

/** `…/groups/ops@example.com.json`. */
const PLACED = /(?:^|\/)groups\/([^/@]+@[^/@]+)\.json$/;

/**
 * Reads a member of a group, as `gcloud identity groups memberships list` prints it. The record knows its group by a number that
 * no policy uses, so that the file's path must say the address. Managers and owners of a group are its members, too.
 */
export function readMembership(record: Node, facts: Facts, path: string): void {
  const group = PLACED.exec(path)?.[1];
  const address = textOf(record, 'preferredMemberKey', 'id') ?? textOf(record, 'memberKey', 'id');
  if (address === undefined) return;
  if (group === undefined) {
    facts.notice('a membership that does not say of which group: save the list as groups/ADDRESS.json', record);
    return;
  }
  const { id, kind, nativeId, name, scope } = memberOf(`group:${group}`);
  facts.once(id, { kind, nativeId, name, scope }, record);
  const type = textOf(record, 'type');
  const prefix = /gserviceaccount\.com$/i.test(address) ? 'serviceAccount' : type === 'GROUP' ? 'group' : 'user';
  const member = nameMember(memberOf(`${prefix}:${address}`), facts, record);
  facts.trust({ principal: id, subject: { kind: 'principal', id: member }, how: 'member-of' }, record);
}
