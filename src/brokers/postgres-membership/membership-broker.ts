import { AppError } from '../../errors.ts';
import type { AccessDetail } from '../../model/access-request.ts';
import type { Broker } from '../broker.ts';
import { chooseRoles } from '../choose-grants.ts';
import { externalPrefix, ourName } from '../external-id.ts';
import { checkRoles } from '../postgres/check-roles.ts';
import { connectTarget } from '../postgres/database.ts';
import { dropRole, listRoles, rememberedFacts, roleId } from '../postgres/leased-role.ts';
import { quoteName } from '../postgres/quote-name.ts';
import {
  brokenMemberships,
  emptyRole,
  endMemberSessions,
  findMember,
  membershipStatements,
  membersOf,
  OPTIONS_SINCE,
} from './membership.ts';
import type { PostgresMembershipTarget } from './membership-target.ts';

/** Roles that nobody is elevated as: leased ones of any issuer, and those of PostgreSQL itself. */
const NOBODY = /^(?:lapse_[0-9a-f]{8}_|pg_)/;

/**
 * A role that exists becomes a member of group roles for a time. Each lease has a NOLOGIN role of its own in between: member → lease →
 * groups. Dropping that role is the end, whatever the member is called by then, and neither other leases nor memberships that were
 * there before are touched by it. Rights end at the member's next statement; what it may have switched to with `set role` ends with its
 * sessions only.
 *
 * @throws {AppError} ERR_CONFIG_INVALID when a name or the connection of the target cannot be used.
 */
export function createPostgresMembershipBroker(
  target: PostgresMembershipTarget,
  deps: { readonly issuerId: string },
): Broker {
  for (const name of target.grants.flatMap(({ roles }) => roles)) quoteName(name);
  const databases = connectTarget(target);
  const facts = rememberedFacts(databases);
  const ours = (name: string): string => ourName(deps.issuerId, name, target.id);

  return {
    detailType: 'db_membership',
    capabilities: {
      elevates: true,
      nativeExpiry: false,
      sourceBound: false,
      endsSessions: target.endSessions,
      lists: true,
      minSeconds: 1,
      maxSeconds: target.maxSeconds,
      settleMs: target.connectTimeout + 2 * target.statementTimeout,
    },
    refuses: (detail) => refusal(target, detail),
    async create(plan) {
      const groups = chooseRoles(target.grants, plan.detail);
      const { principal } = plan.detail;
      if (groups === undefined || principal === undefined)
        throw new AppError('ERR_TARGET_REFUSED', `target "${target.id}": no group roles give what was granted`);
      const name = ours(plan.externalId);
      const server = await facts();
      if ((server.version < OPTIONS_SINCE || target.setRole) && !target.endSessions)
        throw new AppError('ERR_TARGET_REFUSED', `target "${target.id}": "set role" would outlive the lease`, {
          hint: 'let sessions of the member end with it (end_sessions), or use PostgreSQL 16 or later without set_role',
        });
      const [member] = await Promise.all([
        findMember(target.id, databases, principal, server),
        checkRoles(target, databases, groups),
      ]);
      const there = (await roleId(databases, name)) !== undefined;
      const comment = `lapse lease ${plan.leaseId}; elevates role ${member}`;
      const order = { name, member: principal, groups, setRole: target.setRole, comment };
      await databases.run('make the membership', membershipStatements(order, server, there));
      const members = await membersOf(databases, name);
      if (members.length !== 1 || members[0] !== member)
        throw new AppError('ERR_TARGET_REFUSED', `target "${target.id}": the member was exchanged meanwhile`);
      return { plain: { principal, roles: groups, set_role: target.setRole }, secret: {} };
    },
    async disable(externalId) {
      await emptyRole(databases, ours(externalId));
    },
    async endSessions(externalId) {
      if (!target.endSessions) return 0;
      const server = await facts();
      let ended = 0;
      for (const member of await membersOf(databases, ours(externalId)))
        ended += await endMemberSessions(target, databases, member, server);
      return ended;
    },
    async remove(externalId) {
      const oid = await roleId(databases, ours(externalId));
      if (oid !== undefined) await dropRole({}, databases, externalId, oid, await facts());
    },
    async verify(externalId) {
      return (await roleId(databases, ours(externalId))) === undefined ? 'dead' : 'alive';
    },
    list: () => listRoles(databases, deps.issuerId),
    lost: () => brokenMemberships(databases, externalPrefix(deps.issuerId)),
    close: () => databases.close(),
  };
}

function refusal(target: PostgresMembershipTarget, detail: AccessDetail): string | undefined {
  const { principal = '' } = detail;
  if (detail.actions.length === 0) return 'a membership needs at least one action';
  if (detail.resources.length === 0) return 'a membership needs at least one resource';
  if (NOBODY.test(principal)) return `role ${JSON.stringify(principal)} is nobody who could be elevated`;
  try {
    quoteName(principal);
  } catch {
    return 'the principal is no name in PostgreSQL';
  }
  return chooseRoles(target.grants, detail) === undefined
    ? `no group roles give exactly ${detail.actions.join(', ')} on ${detail.resources.join(', ')}`
    : undefined;
}
