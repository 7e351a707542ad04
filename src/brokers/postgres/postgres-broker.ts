import { randomBytes } from 'node:crypto';
import { AppError } from '../../errors.ts';
import { SecretValue } from '../../model/secret-value.ts';
import type { Broker } from '../broker.ts';
import { chooseRoles } from '../choose-grants.ts';
import { ourName } from '../external-id.ts';
import { checkRoles } from './check-roles.ts';
import { connectTarget } from './database.ts';
import {
  createRole,
  dropRole,
  endRoleSessions,
  forbidLogin,
  hasSessions,
  listRoles,
  rememberedFacts,
  roleId,
  setEnd,
} from './leased-role.ts';
import type { PostgresTarget } from './postgres-target.ts';
import { quoteName } from './quote-name.ts';
import { scramVerifier } from './scram-verifier.ts';
import { checkSourceBound, roleComment } from './source-bound.ts';

/**
 * Each lease is a login role of its own, member of group roles that hold the rights. The password is made here and only its SCRAM
 * verifier is sent. PostgreSQL stops the password at VALID UNTIL, not the sessions that are open by then: those are ended when the
 * lease is taken back.
 *
 * @throws {AppError} ERR_CONFIG_INVALID when a name or the connection of the target cannot be used.
 */
export function createPostgresBroker(target: PostgresTarget, deps: { readonly issuerId: string }): Broker {
  for (const name of [...target.grants.flatMap(({ roles }) => roles), ...(target.session.searchPath ?? [])])
    quoteName(name);
  const databases = connectTarget(target);
  /** Roles that we have dropped, while one of their sessions might have slipped in. */
  const droppedIds = new Map<string, number>();
  const facts = rememberedFacts(databases);
  const ours = (name: string): string => ourName(deps.issuerId, name, target.id);

  return {
    detailType: 'db_credential',
    capabilities: {
      nativeExpiry: true,
      sourceBound: target.sourceBound !== undefined,
      endsSessions: true,
      lists: true,
      minSeconds: 1,
      maxSeconds: target.maxSeconds,
      settleMs: target.connectTimeout + 2 * target.statementTimeout,
    },
    refuses(detail) {
      if (detail.actions.length === 0) return 'a database credential needs at least one action';
      if (detail.resources.length === 0) return 'a database credential needs at least one resource';
      return chooseRoles(target.grants, detail) === undefined
        ? `no group roles give exactly ${detail.actions.join(', ')} on ${detail.resources.join(', ')}`
        : undefined;
    },
    async create(plan) {
      const groups = chooseRoles(target.grants, plan.detail);
      if (groups === undefined)
        throw new AppError('ERR_TARGET_REFUSED', `target "${target.id}": no group roles give what was granted`);
      const password = new SecretValue(randomBytes(32).toString('base64url'));
      const networks = plan.detail.source_cidrs ?? [];
      const [verifier, known] = await Promise.all([
        scramVerifier(password.reveal()),
        facts(),
        checkRoles(target, databases, groups),
      ]);
      if (networks.length > 0) await checkSourceBound(target, databases, groups);
      await createRole(
        target,
        databases,
        {
          name: ours(plan.externalId),
          verifier,
          validUntil: plan.expiresAt,
          groups,
          comment: roleComment(plan.leaseId, networks),
        },
        known,
      );
      const { host, port, database } = { ...databases.endpoint, ...target.connect };
      return { plain: { host, port, database, user: plan.externalId }, secret: { password } };
    },
    async extend(externalId, expiresAt) {
      await setEnd(target, databases, ours(externalId), expiresAt);
    },
    async disable(externalId) {
      await forbidLogin(databases, ours(externalId));
    },
    async endSessions(externalId) {
      const oid = (await roleId(databases, ours(externalId))) ?? droppedIds.get(externalId);
      return oid === undefined ? 0 : await endRoleSessions(target, databases, oid);
    },
    async remove(externalId) {
      const oid = await roleId(databases, ours(externalId));
      if (oid === undefined) return;
      droppedIds.set(externalId, oid);
      await dropRole(target, databases, externalId, oid, await facts());
    },
    async verify(externalId) {
      if ((await roleId(databases, ours(externalId))) !== undefined) return 'alive';
      // A login that had passed its checks just before they were closed shows up a moment later, without a name by now.
      const oid = droppedIds.get(externalId);
      if (oid !== undefined && (await hasSessions(databases, oid))) return 'alive';
      droppedIds.delete(externalId);
      return 'dead';
    },
    list: () => listRoles(databases, deps.issuerId),
    close: () => databases.close(),
  };
}
