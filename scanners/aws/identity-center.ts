import { principalId } from '../../src/model/id.ts';
import { isObject, type JsonObject } from '../../src/model/json.ts';
import type { Location } from '../../src/model/location.ts';
import type { Principal } from '../../src/model/principal.ts';
import { member, text } from '../../src/scan/formats/json-members.ts';
import type { ScanContext, SourceFile } from '../../src/scan/scanner.ts';
import { type Item, readReplies } from './replies.ts';
import { referencedPrincipal, relation } from './trusts.ts';

/**
 * Reads the identity center: `sso-admin describe-permission-set`, `sso-admin list-account-assignments` and
 * `identitystore list-group-memberships`. An assignment says that a user or group may use a permission set in an account, where
 * AWS keeps a role of the set's name; the set in that account is a row of its own, since the role's full name has a random part.
 */
export async function readIdentityCenter(file: SourceFile, context: ScanContext): Promise<void> {
  await readReplies(file, context, (reply) => {
    for (const { value, location } of reply.objects('PermissionSet')) readSet(value, location, context);
    for (const item of reply.objects('AccountAssignments')) readAssignment(item, context);
    for (const item of reply.objects('GroupMemberships')) readMembership(item, context);
  });
}

function readSet(value: JsonObject, location: Location, context: ScanContext): void {
  const arn = text(value, 'PermissionSetArn');
  if (arn === undefined) {
    context.problem({ message: 'a permission set without PermissionSetArn', location });
    return;
  }
  const session = text(value, 'SessionDuration');
  const attributes = { set_name: text(value, 'Name'), ...(session === undefined ? {} : { session_duration: session }) };
  context.emit({ kind: 'principal', body: { ...row('permission-set', arn, location), seen: 'listed', attributes } });
}

function readAssignment({ value, location }: Item<JsonObject>, context: ScanContext): void {
  const account = text(value, 'AccountId');
  const set = text(value, 'PermissionSetArn');
  const who = text(value, 'PrincipalId');
  const type = text(value, 'PrincipalType')?.toLowerCase();
  if (account === undefined || set === undefined || who === undefined || (type !== 'user' && type !== 'group')) {
    const message = 'an account assignment without AccountId, PermissionSetArn, PrincipalId or PrincipalType';
    context.problem({ message, location });
    return;
  }
  const holder = row(`identity-center-${type}`, who, location);
  const used: Principal = {
    ...row('permission-set-role', `${set}#${account}`, location),
    scope: [account],
    seen: 'listed',
    attributes: { permission_set: set },
  };
  context.emit({ kind: 'principal', body: row('permission-set', set, location) });
  context.emit({ kind: 'principal', body: { ...holder, seen: 'listed' } });
  context.emit({ kind: 'principal', body: used });
  context.emit({ kind: 'trust', body: relation(used.id, holder.id, 'assigned', location) });
}

function readMembership({ value, location }: Item<JsonObject>, context: ScanContext): void {
  const group = text(value, 'GroupId');
  const who = member(value, 'MemberId');
  const user = isObject(who) ? text(who, 'UserId') : undefined;
  if (group === undefined || user === undefined) {
    context.problem({ message: 'a group membership without GroupId or MemberId', location });
    return;
  }
  for (const body of [row('identity-center-group', group, location), row('identity-center-user', user, location)])
    context.emit({ kind: 'principal', body: { ...body, seen: 'listed' } });
  const [to, from] = [
    principalId('aws', 'identity-center-group', group),
    principalId('aws', 'identity-center-user', user),
  ];
  context.emit({ kind: 'trust', body: relation(to, from, 'member-of', location) });
}

function row(kind: string, nativeId: string, location: Location): Principal {
  return referencedPrincipal(kind, nativeId, undefined, location);
}
