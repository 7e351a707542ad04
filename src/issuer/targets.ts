import type { Broker } from '../brokers/broker.ts';
import { AppError } from '../errors.ts';
import type { IssuerStore } from '../store/issuer/issuer-store.ts';
import type { Logger } from './logger.ts';
import type { Target } from './parts.ts';
import type { IssuerSettings } from './settings.ts';

/** Calls that began with a broker which was replaced are over by then: each of its steps has a time-out of its own. */
const LEAVE_MS = 120_000;

interface Leaving {
  readonly broker: Broker;
  /** Id of a target that is configured no more: its leases must be dead first. */
  readonly target?: string;
  readonly since: number;
}

/** The targets of the configuration that is in force, and those of former ones for as long as something of theirs is out. */
export class Targets {
  #settings: IssuerSettings;
  #all: ReadonlyMap<string, Target>;
  #leaving: readonly Leaving[] = [];

  /** @throws {AppError} ERR_CONFIG_INVALID when a target has no broker. */
  constructor(settings: IssuerSettings, brokers: ReadonlyMap<string, Broker>) {
    this.#settings = settings;
    this.#all = targetsOf(settings, brokers);
  }

  get settings(): IssuerSettings {
    return this.#settings;
  }

  /** By id. A map is never changed: whoever holds one goes on with what it had. */
  get all(): ReadonlyMap<string, Target> {
    return this.#all;
  }

  /** What `replace` will come to. @throws {AppError} as the constructor. */
  next(settings: IssuerSettings, brokers: ReadonlyMap<string, Broker>): ReadonlyMap<string, Target> {
    const retired = [...this.#all].map(([id, target]): [string, Target] => [id, { ...target, retired: true }]);
    return new Map([...retired, ...targetsOf(settings, brokers)]);
  }

  /** Takes others in their place. The same broker for the same target goes on; @throws {AppError} as the constructor. */
  replace(settings: IssuerSettings, brokers: ReadonlyMap<string, Broker>): void {
    const next = this.next(settings, brokers);
    const since = performance.now();
    const leaving = this.#leaving.filter(({ target }) => target === undefined || next.get(target)?.retired === true);
    for (const [id, { broker, retired }] of this.#all) {
      const now = next.get(id);
      if (now?.retired === true && retired !== true) leaving.push({ broker, target: id, since });
      if (now?.retired !== true && now?.broker !== broker) leaving.push({ broker, since });
    }
    this.#settings = settings;
    this.#all = next;
    this.#leaving = leaving;
  }

  /** Closes what nobody needs any more. */
  async letGo(store: IssuerStore, logger: Logger, leaveMs = LEAVE_MS): Promise<void> {
    for (const one of this.#leaving) {
      if (performance.now() - one.since < leaveMs || !(await isDone(one, store))) continue;
      // Another configuration may have brought the target back while the store was asked.
      if (!this.#leaving.includes(one)) continue;
      this.#leaving = this.#leaving.filter((other) => other !== one);
      if (one.target !== undefined)
        this.#all = new Map([...this.#all].filter(([, { broker }]) => broker !== one.broker));
      await one.broker.close().catch((error: unknown) => logger.error({ event: 'broker.close_failed', err: error }));
      if (one.target !== undefined) logger.info({ event: 'target.gone', target: one.target });
    }
  }

  async close(): Promise<void> {
    const brokers = new Set([...this.#all.values(), ...this.#leaving].map(({ broker }) => broker));
    await Promise.all([...brokers].map((broker) => broker.close()));
  }
}

async function isDone({ target }: Leaving, store: IssuerStore): Promise<boolean> {
  if (target === undefined) return true;
  const states = ['INTENT', 'CREATING', 'ACTIVE', 'REVOKING'] as const;
  return (await store.read(({ leases }) => leases.list({ target, states, limit: 1 }))).length === 0;
}

function targetsOf({ targets }: IssuerSettings, brokers: ReadonlyMap<string, Broker>): Map<string, Target> {
  return new Map(
    targets.map((settings) => {
      const broker = brokers.get(settings.id);
      if (broker === undefined) throw new AppError('ERR_CONFIG_INVALID', `target "${settings.id}" has no broker`);
      return [settings.id, { settings, broker }];
    }),
  );
}
