import type { Logger } from 'pino';
import type { Broker } from '../../brokers/broker.ts';
import type { IssuerConfig } from '../../config/issuer.ts';
import { loadConfig } from '../../config/load-config.ts';
import type { LiveServer } from '../../http/live-server.ts';
import type { HttpOptions } from '../../http/options.ts';
import type { Issuer } from '../../issuer/issuer.ts';
import type { Audience } from '../../notify/notifier.ts';
import type { PolicyFeeds } from '../../policy/bundles/policy-feeds.ts';
import type { CliContext } from '../context.ts';
import { readPolicyFolder } from '../policies.ts';
import { policyData } from './access-data.ts';
import { type ConfigChange, changedTrust, configChange, type DaemonConfig } from './config-change.ts';
import { assignPeople } from './how-people-sign-in.ts';
import { issuerSettings } from './issuer-settings.ts';
import type { Brokers } from './open-brokers.ts';

export interface ReloadingOptions {
  readonly running: DaemonConfig;
  readonly cli: CliContext;
  readonly logger: Logger;
  readonly issuer: Issuer;
  readonly policies: PolicyFeeds;
  readonly brokers: Brokers;
  readonly app: LiveServer;
  httpOptions(section: IssuerConfig, issuer: Issuer, brokers: ReadonlyMap<string, Broker>): HttpOptions;
  /** Opens the channels of a configuration, and has alerts go there when it is called. */
  audience(section: IssuerConfig): Audience;
  turnTo(audience: Audience): void;
}

/** Puts another configuration in force while requests run: everything is opened and checked first, and then all of it counts at once. */
export class Reloading {
  readonly #options: ReloadingOptions;
  #running: DaemonConfig;
  #queue: Promise<void> = Promise.resolve();

  constructor(options: ReloadingOptions) {
    this.#options = options;
    this.#running = options.running;
  }

  /** The configuration that is in force. */
  get running(): DaemonConfig {
    return this.#running;
  }

  /** One after the other; never throws. What is not good is logged, and nothing changes. */
  reload(): Promise<void> {
    this.#queue = this.#queue
      .then(() => this.#reload())
      .catch((error: unknown) =>
        this.#options.logger.error({ event: 'config.reload_failed', err: error }, 'what was in force stays'),
      );
    return this.#queue;
  }

  async #reload(): Promise<void> {
    const { cli, logger } = this.#options;
    const { file } = this.#running;
    const before = this.#running;
    const next = await loadConfig({ cwd: cli.cwd, ...(file === undefined ? {} : { path: file }) });
    const change = configChange(before, next);
    await this.#putInForce(change.effective);
    const { sections, needRestart } = change;
    logger.info({ event: 'config.reloaded', config: change.hash, sections });
    if (needRestart.length > 0)
      logger.warn({ event: 'config.restart_needed', sections: needRestart }, 'these stay as they were until a restart');
    if (sections.length > 0) await this.#record(change, changedTrust(before.issuer, change.effective.issuer));
  }

  async #putInForce(next: DaemonConfig): Promise<void> {
    const { cli, issuer, policies, brokers, app, httpOptions } = this.#options;
    const before = this.#running.issuer;
    const section = next.issuer;
    const folder = await readPolicyFolder(next, cli);
    const opened = brokers.open(section);
    const audience = this.#options.audience(section);
    const { successor, takeOver } = issuer.reconfigured(issuerSettings(section), opened.brokers);
    const options = httpOptions(section, successor, opened.brokers);
    const prepared = await app.prepare(options);
    try {
      await assignPeople(section, options.operators);
      await policies.reload(folder, policyData(next, section));
    } catch (error) {
      await assignPeople(before, options.operators);
      await prepared.drop();
      throw error;
    }
    // From here on nothing waits and nothing fails: who asks sees the one or the other.
    takeOver();
    prepared.swap();
    opened.keep();
    this.#options.turnTo(audience);
    this.#running = next;
  }

  async #record({ hash, sections, needRestart }: ConfigChange, rules: readonly string[]): Promise<void> {
    const { issuer, logger } = this.#options;
    const nobody = { sourceIp: '', correlationId: '' };
    const detail = { config: hash, sections: [...sections], needs_restart: [...needRestart] };
    try {
      await issuer.record({ event: 'config.changed', actor: 'system', detail }, nobody);
      if (rules.length > 0)
        await issuer.record({ event: 'trust.changed', actor: 'system', detail: { rules: [...rules] } }, nobody);
    } catch (error) {
      logger.error({ event: 'store.failed', err: error });
    }
  }
}
