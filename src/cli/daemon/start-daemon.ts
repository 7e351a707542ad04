import { resolve } from 'node:path';
import { type Logger, pino } from 'pino';
import type { Broker } from '../../brokers/broker.ts';
import type { Config } from '../../config/config.ts';
import type { IssuerConfig } from '../../config/issuer.ts';
import { isLoopbackName } from '../../config/issuer-fields.ts';
import { resolveSecret } from '../../config/resolve-secret.ts';
import { AppError } from '../../errors.ts';
import { LeaseHandles } from '../../http/lease-handle.ts';
import { openLiveServer } from '../../http/live-server.ts';
import { Metrics } from '../../http/metrics.ts';
import type { HttpOptions } from '../../http/options.ts';
import { safeError } from '../../http/safe-error.ts';
import { createIssuer } from '../../issuer/create-issuer.ts';
import type { Issuer } from '../../issuer/issuer.ts';
import { openIssuerKeys } from '../../issuer/keys.ts';
import { startIssuerJobs } from '../../jobs/issuer-jobs.ts';
import { openJobQueue } from '../../jobs/open-job-queue.ts';
import { pollFeeds } from '../../policy/bundles/poll-feeds.ts';
import type { PolicyEngine } from '../../policy/engine.ts';
import { openInventoryStore } from '../../store/inventory/open-inventory-store.ts';
import { createStateDir } from '../../store/state-dir.ts';
import type { CliContext } from '../context.ts';
import { inventoryPlace } from '../inventory-place.ts';
import { databaseUrl, issuerKeyPlace, issuerStoreKey, openIssuerState, openSealer } from '../issuer-state.ts';
import { openPolicyFeeds } from '../policies.ts';
import { policyData } from './access-data.ts';
import { assignPeople, howPeopleSignIn } from './how-people-sign-in.ts';
import { httpTargets } from './http-parts.ts';
import { issuerSettings } from './issuer-settings.ts';
import { knownSecrets } from './known-secrets.ts';
import { type ListenAddress, listenAddress } from './listen-address.ts';
import { Brokers } from './open-brokers.ts';
import { openAudience, openNotifier } from './open-notifier.ts';
import { archiveFolder, openSinks } from './open-sinks.ts';
import { openTracing } from './open-tracing.ts';
import { openTransmitter } from './open-transmitter.ts';
import { PolicyJournal } from './policy-journal.ts';
import { readPem } from './read-pem.ts';
import { Reloading } from './reloading.ts';
import { requesterRisk } from './requester-risk.ts';
import { tracedBroker, tracedPolicy } from './traced.ts';
import { whoAsks } from './who-asks.ts';

export interface DaemonOptions {
  readonly config: Config;
  readonly cli: CliContext;
  /** Instead of `issuer.listen`. */
  readonly listen?: string;
  /** Of the log on stderr; `info` when absent. */
  readonly logLevel?: string;
}

/** A daemon that answers. */
export interface Daemon {
  /** The issuer's public URL. */
  readonly url: string;
  /** Where it listens. */
  readonly address: string;
  readonly issuer: Issuer;
  /** Reads configuration, policies and certificates anew. What is not good is logged and changes nothing. */
  reload(): Promise<void>;
  /** Answers what has been asked, takes nothing new, leaves every lease in a state that the next start goes on from. */
  close(): Promise<void>;
}

/**
 * Starts the issuer daemon in this process.
 *
 * @throws {AppError} ERR_CONFIG_INVALID without an `issuer` section or for an unsafe address; what opening stores, keys and policies throws.
 */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { issuer: section } = options.config;
  if (section === undefined)
    throw new AppError('ERR_CONFIG_INVALID', 'the configuration has no section "issuer"', {
      hint: 'write one with "lapse init"',
    });
  const listen = await listenAddress(section, options.listen);
  const closing: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const step of closing.splice(0).reverse()) await step();
  };
  try {
    return await assemble(options, section, listen, closing, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function assemble(
  { config, cli, logLevel }: DaemonOptions,
  section: IssuerConfig,
  listen: ListenAddress,
  closing: (() => Promise<unknown>)[],
  close: () => Promise<void>,
): Promise<Daemon> {
  const url = section.url ?? listen.url;
  const logger = makeLogger(cli, logLevel ?? 'info');
  const state = createStateDir(config.state);
  const place = inventoryPlace(config, cli.cwd);
  const store = await openIssuerState(config, cli);
  closing.push(() => store.close());
  const sealer = await openSealer(config, cli);
  const key = await issuerStoreKey(config, store, sealer, { file: place.key, env: cli.env });
  const inventory = await openInventoryStore(place.database, {
    environments: config.environments,
    owners: config.owners,
  });
  closing.push(() => inventory.close());
  const journal = new PolicyJournal(logger);
  const policies = await openPolicyFeeds(
    { ...config, policy: { ...config.policy, data: policyData(config, section) } },
    cli,
    journal.report,
  );
  closing.push(() => policies.close());
  const tracing = await openTracing(section, { env: cli.env, folder: config.folder });
  closing.push(() => tracing.close());
  const metrics = new Metrics();
  const policy = tracedPolicy(policies.engine, tracing, (entry, seconds) => metrics.policy.observe({ entry }, seconds));
  const keys = await openIssuerKeys(issuerKeyPlace(config, store, sealer));
  const brokers = new Brokers({
    env: cli.env,
    folder: config.folder,
    issuerId: store.issuerId,
    issuerUrl: url,
    sign: keys.sign,
    now: store.now,
    wrap: (target, broker) => tracedBroker(target, broker, tracing),
  });
  const opened = brokers.open(section);
  opened.keep();
  const jobQueue = await openJobQueue(store, databaseUrl(config, cli), logger);
  const surroundings = { env: cli.env, folder: config.folder, sign: keys.signDetached, now: store.now };
  const notifier = openNotifier(section, { ...surroundings, store, jobs: jobQueue, logger, url });
  const events = openTransmitter(section, { ...surroundings, sign: keys.sign, store, jobs: jobQueue, logger, url });
  closing.push(async () => notifier.close());
  closing.push(() => jobQueue.close());
  const issuer = createIssuer({
    store,
    policy,
    brokers: opened.brokers,
    settings: issuerSettings(section),
    keys,
    secrets: knownSecrets(inventory, key),
    auditSinks: [
      ...openSinks(section.audit.sinks, { ...surroundings, auditFolder: state.audit }),
      notifier.sink,
      ...(events === undefined ? [] : [events.sink]),
    ],
    ...(section.audit.retention === undefined
      ? {}
      : { retention: { keep: section.audit.retention, folder: archiveFolder(config) } }),
    logger,
    now: store.now,
    risk: requesterRisk(inventory),
  });
  closing.push(() => issuer.close());
  issuer.onEvents(metrics.observe);
  await journal.attach(issuer);
  const stopPolling = pollFeeds(policies);
  closing.push(async () => stopPolling());
  const jobs = startIssuerJobs({
    issuer,
    reconcileInterval: section.reconcile_interval,
    logger,
    now: store.now,
  });
  closing.push(() => jobs.stop());
  await warmUp(policy);
  let stopping = false;
  const httpOptions = (of: IssuerConfig, by: Issuer, at: ReadonlyMap<string, Broker>): HttpOptions => ({
    issuer: by,
    url,
    sign: keys.sign,
    ...whoAsks(of, { folder: config.folder, env: cli.env, url, storeKey: key.export() }),
    targets: httpTargets(of, (id) => at.get(id)?.detailType),
    ...howPeopleSignIn(of, {
      store,
      issuer: by,
      url,
      storeKey: key.export(),
      env: cli.env,
      folder: config.folder,
      now: store.now,
    }),
    ...(events === undefined ? {} : { securityEvents: events.transmitter }),
    handles: new LeaseHandles(key.export()),
    logger,
    metrics,
    tracing,
    stopping: () => stopping,
    ...tlsFiles(of, config.folder),
    trustedProxies: of.trusted_proxies,
    requestsPerMinute: of.quotas.requests_per_minute,
    ...metricsToken(of, config.folder, cli),
    now: store.now,
  });
  const options = httpOptions(section, issuer, opened.brokers);
  await assignPeople(section, options.operators);
  const app = await openLiveServer(options);
  closing.push(() => app.close());
  const reloading = new Reloading({
    running: { ...config, issuer: section },
    cli,
    logger,
    issuer,
    policies,
    brokers,
    app,
    httpOptions,
    audience: (of) => openAudience(of, surroundings),
    turnTo: notifier.turnTo,
  });
  closing.push(async () => {
    stopping = true;
    await new Promise((resolve) => setTimeout(resolve, reloading.running.issuer.shutdown_delay));
  });
  try {
    await app.listen({ host: listen.host, port: listen.port });
  } catch (cause) {
    throw new AppError('ERR_USAGE', `${listen.url}: cannot listen there`, { cause });
  }
  refuseExposure(section, app.addresses());
  logger.info({ event: 'daemon.ready', address: listen.url, issuer: url, policy: policy.revision });
  return { url, address: listen.url, issuer, reload: () => reloading.reload(), close };
}

/**
 * The threads have loaded the policies already (`openPolicyFeeds`); the first decision loads the code that reads answers, which may
 * take longer than a requester is made to wait. What becomes of it is no matter: a policy that fails denies each request, and says so there.
 */
async function warmUp(policy: PolicyEngine): Promise<void> {
  await policy.decide({}).catch(() => undefined);
}

/** A name such as `localhost` may mean anything on a machine that was set up oddly. */
function refuseExposure(section: IssuerConfig, addresses: readonly string[]): void {
  const open = addresses.find((address) => !isLoopbackName(address));
  if (section.tls === undefined && open !== undefined)
    throw new AppError('ERR_CONFIG_INVALID', `listen ${section.listen}: leads to ${open}, and TLS is off`);
}

function makeLogger(cli: CliContext, level: string): Logger {
  const options = { level, base: { service: 'lapse' }, serializers: { err: (error: unknown) => safeError(error) } };
  return pino(options, cli.stderr);
}

function tlsFiles({ tls }: IssuerConfig, folder: string): { tls?: { cert: string; key: string } } {
  if (tls === undefined) return {};
  return {
    tls: {
      cert: readPem(resolve(folder, tls.cert), 'issuer.tls'),
      key: readPem(resolve(folder, tls.key), 'issuer.tls'),
    },
  };
}

function metricsToken(section: IssuerConfig, folder: string, cli: CliContext): { metricsToken?: string } {
  if (section.metrics_token === undefined) return {};
  return { metricsToken: resolveSecret(section.metrics_token, { env: cli.env, folder }).reveal() };
}
