import type { Broker } from '../brokers/broker.ts';
import { AppError } from '../errors.ts';
import type { AuditEvent } from '../model/audit-event.ts';
import type { PolicyEngine } from '../policy/engine.ts';
import type { IssuerStore } from '../store/issuer/issuer-store.ts';
import { actorOf } from './actor.ts';
import { Alerts } from './alerts.ts';
import { AnswerBell } from './answer-bell.ts';
import { ApprovalDesk } from './approval-desk.ts';
import { Approvers } from './approvers.ts';
import { AuditDelivery } from './audit/audit-delivery.ts';
import type { AuditSink } from './audit/audit-sink.ts';
import { Retention, type RetentionOptions } from './audit/retention.ts';
import { writeCheckpoint } from './audit/write-checkpoint.ts';
import { ClaimDesk } from './claim-desk.ts';
import { Delegations } from './delegations.ts';
import { gauges } from './gauges.ts';
import type { Issuer } from './issuer.ts';
import type { IssuerKeys } from './keys.ts';
import type { KnownSecrets } from './known-secrets.ts';
import { LeaseUse } from './lease-use.ts';
import type { Logger } from './logger.ts';
import type { IssuerParts } from './parts.ts';
import { ReadinessCheck } from './readiness.ts';
import { Reconciler } from './reconciler.ts';
import { requestCard } from './request-card.ts';
import { RequestDesk } from './request-desk.ts';
import { Reviews } from './reviews.ts';
import { revokeAll } from './revoke-all.ts';
import { markRevoking, REVOKE_WAIT_MS, Revoker } from './revoker.ts';
import type { IssuerSettings } from './settings.ts';
import { StaticKeys } from './static-keys.ts';
import { Targets } from './targets.ts';
import { tellPastTime } from './tell-past-time.ts';
import { WaitingRequests } from './waiting-requests.ts';

const HOUR = 3_600_000;
/** Of so many daemons that were heard of last, the newest events are shown together. */
const CHAINS_SHOWN = 20;

export interface IssuerOptions {
  readonly store: IssuerStore;
  readonly policy: PolicyEngine;
  /** Target id → its broker; closed with the issuer. */
  readonly brokers: ReadonlyMap<string, Broker>;
  readonly settings: IssuerSettings;
  readonly keys: IssuerKeys;
  readonly secrets: KnownSecrets;
  /** At least one must be durable; closed with the issuer. */
  readonly auditSinks: readonly AuditSink[];
  /** What is older leaves the store for files; it stays for ever when absent. */
  readonly retention?: Pick<RetentionOptions, 'folder' | 'keep'>;
  readonly logger: Logger;
  readonly now: () => Date;
  /** What the inventory says of who asks and of what a target hands out (`risk` of the access input); nothing when absent. */
  readonly risk?: IssuerParts['risk'];
}

/**
 * Puts the credential authority together. It takes ownership of the brokers and sinks, not of the store and the policy engine.
 * Nothing happens by itself: the timer and the reconciliation are `src/jobs`.
 *
 * @throws {AppError} ERR_CONFIG_INVALID without a durable audit sink, or when a target has no broker.
 */
export function createIssuer(options: IssuerOptions): Issuer {
  const { store, logger, settings } = options;
  const targets = new Targets(settings, options.brokers);
  if (!options.auditSinks.some(({ durable }) => durable))
    throw new AppError('ERR_CONFIG_INVALID', 'the issuer needs at least one durable audit sink');
  const listeners = new Set<(at: Date) => void>();
  const readers = new Set<(events: readonly AuditEvent[]) => void>();
  const delivery = new AuditDelivery({
    store,
    sinks: options.auditSinks,
    timeout: settings.auditTimeout,
    retryFirst: settings.retryFirst,
    retryMost: settings.retryMost,
    deadAfter: settings.deadAfter,
    now: options.now,
    onTrouble: ({ kind, ...detail }, cause) => {
      const event = `audit.${kind}`;
      if (kind === 'sink_recovered' || kind === 'chain_adopted') logger.info({ event, ...detail });
      else logger.error({ event, ...detail, err: cause });
      // It would be an event for each round in which a sink is down, which is one already.
      if (kind === 'adoption_failed') return;
      void parts
        .write(({ audit }, now) => audit.append({ event, actor: 'system', detail }, now))
        .catch(() => undefined);
    },
  });
  const parts: IssuerParts = {
    store,
    policy: options.policy,
    get targets() {
      return targets.all;
    },
    get settings() {
      return targets.settings;
    },
    keys: options.keys,
    secrets: options.secrets,
    delivery,
    logger,
    answers: new AnswerBell(),
    risk: options.risk ?? (async () => null),
    now: options.now,
    wake: (at) => {
      for (const listener of listeners) listener(at);
    },
    write: async (work) => {
      const { result, events } = await store.write(async (tables) => ({
        result: await work(tables, options.now()),
        events: tables.audit.appended,
      }));
      if (events.length > 0) {
        delivery.notify();
        alerts.offer(events);
        for (const reader of readers) reader(events);
      }
      return result;
    },
  };
  const alerts = new Alerts(parts);
  // What a crash kept from the sinks goes to them now.
  delivery.notify();
  const retention =
    options.retention === undefined
      ? undefined
      : new Retention({ ...options.retention, readers: options.auditSinks.map(({ name }) => name) }, parts);
  return assemble(parts, targets, { listeners, readers }, alerts, retention);
}

function assemble(
  parts: IssuerParts,
  targets: Targets,
  { listeners, readers }: { listeners: Set<(at: Date) => void>; readers: Set<(events: readonly AuditEvent[]) => void> },
  alerts: Alerts,
  retention: Retention | undefined,
): Issuer {
  const readiness = new ReadinessCheck(parts);
  const revoker = new Revoker(parts);
  const reconciler = new Reconciler(parts, revoker, new WaitingRequests(parts), new Reviews(parts));
  const background = { targets, listeners, readers, alerts, readiness, revoker, reconciler, retention };
  return issuerOf(parts, background);
}

/** What goes on whatever the configuration says. */
interface Background {
  readonly targets: Targets;
  readonly listeners: Set<(at: Date) => void>;
  readonly readers: Set<(events: readonly AuditEvent[]) => void>;
  readonly alerts: Alerts;
  readonly readiness: ReadinessCheck;
  readonly revoker: Revoker;
  readonly reconciler: Reconciler;
  readonly retention: Retention | undefined;
}

/** An issuer with the settings and targets that are in force now: what is asked of it sees these to its end. */
function issuerOf(live: IssuerParts, background: Background): Issuer {
  const { targets, listeners, readers, alerts, readiness, revoker, reconciler, retention } = background;
  // The getters are read here, once.
  const parts: IssuerParts = { ...live };
  const { store, keys } = parts;
  const waiting = new WaitingRequests(parts);
  const approvers = new Approvers(parts);
  const approvals = new ApprovalDesk(parts, waiting, approvers);
  const staticKeys = new StaticKeys(parts);
  const reviews = new Reviews(parts);
  const delegations = new Delegations(parts);
  const desk = new RequestDesk(parts, revoker, staticKeys, reviews);
  const claims = new ClaimDesk(parts, { revoker, staticKeys, waiting, approvers, approvals });

  const use = new LeaseUse(parts);
  const findLease = (id: string) => store.read(({ leases }) => leases.find(id));
  return {
    request: (requester, detail, context) => desk.request(requester, detail, context),
    claim: (id, requester, context) => claims.claim(id, requester, context),
    extend: (id, requester, extension, context) => desk.extend(id, requester, extension, context),
    answered: (id, milliseconds, signal) => parts.answers.next(id, milliseconds, signal),
    approve: (id, operator, options, context) => approvals.approve(id, operator, options, context),
    deny: (id, operator, options, context) => approvals.deny(id, operator, options, context),
    card: (id, operator) => requestCard(parts, approvers, approvals, id, operator),
    delegate: (operator, asked, context) => delegations.give(operator, asked, context),
    withdrawDelegation: (id, operator, context) => delegations.withdraw(id, operator, context),
    delegations: () => delegations.list(),
    reviews: (filter = {}) => reviews.list(filter),
    closeReview: (id, operator, said, context) => reviews.close(id, operator, said, context),
    requests: (filter = {}) => store.read(({ requests }) => requests.list(filter)),
    findRequest: (id) => store.read(({ requests }) => requests.find(id)),
    leases: (filter = {}) => store.read(({ leases }) => leases.list(filter)),
    lease: findLease,

    async revoke(leaseId, { actor, reason }, context) {
      const revoking = await parts.write((tables, now) =>
        markRevoking(tables, leaseId, reason, actor, now, { correlation_id: context.correlationId }),
      );
      const lease = revoking ?? (await findLease(leaseId));
      if (lease === undefined) throw new AppError('ERR_LEASE_NOT_FOUND', `no lease "${leaseId}"`);
      if (lease.state === 'DEAD') return { lease, done: true };
      await revoker.startChildren(lease);
      const { lease: after, done } = await revoker.attemptFor(lease, REVOKE_WAIT_MS);
      return { lease: after, done };
    },
    revokeAll: (selector, by, context) => revokeAll(parts, revoker, selector, by, context),
    used: (lease, by, context) => use.tell(lease, actorOf(by), context),
    async isActive(leaseId) {
      const lease = await findLease(leaseId);
      return lease?.state === 'ACTIVE' && lease.expiresAt > parts.now().toISOString();
    },
    async reconcile() {
      const result = await reconciler.reconcile();
      readiness.reconciled = true;
      await forgetOld(parts);
      await tellPastTime(parts);
      await targets.letGo(store, parts.logger);
      await parts.delivery.upkeep();
      await writeCheckpoint(parts);
      retention?.wake();
      return result;
    },
    runDue: () => reconciler.runDue(),
    onDeadline(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onEvents(reader) {
      readers.add(reader);
      return () => readers.delete(reader);
    },
    gauges: () => gauges(parts),
    readiness: () => readiness.look(),

    authenticateStaticKey: (key, target, context) => staticKeys.authenticate(key, target, context),
    bindStaticKey: (binding, operator, context) => staticKeys.bind(binding, operator, context),
    bindings: (filter = {}) => store.read(({ bindings }) => bindings.of(filter)),
    moveBinding: (id, stage, operator, context) => staticKeys.move(id, stage, operator, context),

    useOnce: (space, value, until) => store.write(({ replay }) => replay.use(space, value, until)),
    useBy: (space, value, holder, until) => store.write(({ replay }) => replay.useBy(space, value, holder, until)),
    async jwks() {
      await keys.refresh();
      return keys.jwks(parts.now());
    },
    async leaseOfToken(token) {
      if (token.startsWith('lse_')) return await findLease(token);
      const leaseId = (await keys.verify(token))?.jti;
      return typeof leaseId === 'string' ? await findLease(leaseId) : undefined;
    },
    async record(event, context) {
      const detail = { ...event.detail, source_ip: context.sourceIp, correlation_id: context.correlationId };
      await parts.write(({ audit }, now) => audit.append({ ...event, detail }, now));
    },
    searchAudit: (filter, limit) => store.read(({ audit }) => audit.search(filter, limit)),
    audit: ({ limit, after }) =>
      store.read(async ({ audit, instances }) => {
        if (after !== undefined) return await audit.after(after, limit);
        const others = await instances.recentChains(CHAINS_SHOWN);
        return await audit.newest(limit, [...new Set([store.chain, ...others])]);
      }),

    reconfigured(settings, brokers) {
      const successor = issuerOf({ ...live, settings, targets: targets.next(settings, brokers) }, background);
      return { successor, takeOver: () => targets.replace(settings, brokers) };
    },
    async close() {
      await revoker.settled();
      await alerts.idle();
      await retention?.idle();
      await use.idle();
      await writeCheckpoint(parts);
      const head = await store.read(({ audit }) => audit.head());
      await parts.delivery
        .reached(head?.seq ?? 0)
        .catch((error: unknown) => parts.logger.error({ event: 'audit.undelivered', err: error }));
      await parts.delivery.close();
      await targets.close();
    },
  };
}

/** What is too old to matter: used single-use values behind any clock skew, sign-in sessions that are over. What time it was stays. */
async function forgetOld(parts: IssuerParts): Promise<void> {
  await parts.write(async ({ replay, operators, buckets, instances }, now) => {
    await instances.seen(parts.store.instance, now);
    await replay.forget(new Date(now.getTime() - HOUR));
    await buckets.forget(new Date(now.getTime() - HOUR));
    await operators.forgetSessions(now);
  });
}
