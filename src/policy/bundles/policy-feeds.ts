import { AppError } from '../../errors.ts';
import type { JsonObject } from '../../model/json.ts';
import { createPolicyEngine, type PolicyEngineOptions } from '../create-policy-engine.ts';
import type { PolicyEngine } from '../engine.ts';
import type { PolicyFolder } from '../policy-sources.ts';
import { ofBundle } from './bundle-fault.ts';
import { BundleFeed, type Candidate } from './bundle-feed.ts';
import { type BundleSource, shownSource } from './bundle-source.ts';
import { combineBundles } from './combine-bundles.ts';
import type { Bundle } from './parse-bundle.ts';
import { policyRevision } from './policy-revision.ts';
import { type InForce, ReplaceableEngine } from './replaceable-engine.ts';

export type PolicyEvent =
  /** These policies decide from now on. */
  | { readonly kind: 'activated'; readonly revision: string; readonly bundles: readonly BundleInForce[] }
  /** A bundle was not taken; told once for each reason. `inForce` is the revision that stays. */
  | { readonly kind: 'refused'; readonly bundle: string; readonly error: AppError; readonly inForce?: string }
  /** A source that failed has again what is in force. */
  | { readonly kind: 'recovered'; readonly bundle: string }
  /** A bundle is in force, and would be missing after a restart without its source. */
  | { readonly kind: 'unkept'; readonly bundle: string; readonly error: unknown };

export interface BundleInForce {
  readonly name: string;
  readonly revision: string;
  /** SHA-256 over its files, in hex. */
  readonly digest: string;
  /** Id of the key. */
  readonly signedBy?: string;
  readonly from: string;
}

export interface PolicyFeedsOptions {
  /** Policies beside those of bundles, as `policy.paths` names them. */
  readonly folder: PolicyFolder;
  readonly sources: readonly BundleSource[];
  /** Laid over `data.lapse`. */
  readonly data: JsonObject;
  /** Folder for the last good bundles; nobody else may write there. */
  readonly keepIn?: string;
  /** Sources that were asked within their interval, by any process, are not asked again. */
  readonly reuse?: boolean;
  readonly now: () => Date;
  report(event: PolicyEvent): void;
  /** How engines are made. */
  readonly createEngine?: (options: PolicyEngineOptions) => Promise<PolicyEngine>;
}

/**
 * Policies whose bundles come from elsewhere. A bundle is in force when it was read, checked, compiled and loaded, not before, and
 * then at once; until there is another that is as good, it stays. Where a bundle was never good, nothing may be judged: it could have
 * been the one that forbids.
 */
export class PolicyFeeds {
  readonly feeds: readonly BundleFeed[];
  readonly #options: PolicyFeedsOptions;
  /** Why the last look at a source, or the last bundle of it, came to nothing. */
  readonly #failing = new Map<BundleFeed, AppError>();
  /** What sources have and is not in force yet. */
  readonly #waiting = new Map<BundleFeed, Candidate>();
  #folder: PolicyFolder;
  #data: JsonObject;
  #engine: ReplaceableEngine | undefined;
  #queue: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(options: PolicyFeedsOptions) {
    const { folder, sources, keepIn, now } = options;
    this.#options = options;
    this.#folder = folder;
    this.#data = options.data;
    this.feeds = sources.map((source) => new BundleFeed({ source, now, ...(keepIn === undefined ? {} : { keepIn }) }));
  }

  /**
   * Opens what there is: what the sources have, else what was kept of them. What is wrong with bundles is told as events; where
   * that leaves nothing to judge by, `engine.missing` says so.
   *
   * @throws AppError of policies without bundles.
   */
  static async open(options: PolicyFeedsOptions): Promise<PolicyFeeds> {
    const policies = new PolicyFeeds(options);
    if (policies.feeds.length === 0) await policies.#put([]);
    await Promise.all(policies.feeds.map((feed) => feed.recall()));
    const asked = policies.feeds.filter((feed) => !(options.reuse === true && feed.fresh));
    await Promise.all(asked.map((feed) => policies.#look(feed)));
    await policies.#settle();
    return policies;
  }

  get engine(): ReplaceableEngine {
    if (this.#engine === undefined) throw new Error('policies are not open');
    return this.#engine;
  }

  /** Looks at a source, and activates what is new. */
  async refresh(feed: BundleFeed): Promise<void> {
    await this.#look(feed);
    await this.#inTurn(() => this.#settle());
  }

  /** Whether the last look at a source came to nothing. */
  isFailing(feed: BundleFeed): boolean {
    return this.#failing.has(feed);
  }

  /**
   * Takes other policies and data in place of those beside bundles, and looks at every source.
   *
   * @throws AppError of those policies; what was in force stays.
   */
  async reload(folder: PolicyFolder, data: JsonObject = this.#data): Promise<void> {
    await this.#inTurn(async () => {
      const former = { folder: this.#folder, data: this.#data };
      if (JSON.stringify({ folder, data }) === JSON.stringify(former)) return;
      this.#folder = folder;
      this.#data = data;
      try {
        if (this.#complete([])) await this.#put([]);
      } catch (error) {
        this.#folder = former.folder;
        this.#data = former.data;
        throw error;
      }
    });
    await Promise.all(this.feeds.map((feed) => this.refresh(feed)));
  }

  /** When what is under way is done. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#queue;
    await this.#engine?.close();
  }

  async #look(feed: BundleFeed): Promise<void> {
    try {
      const candidate = await feed.look();
      if (candidate !== undefined) this.#waiting.set(feed, candidate);
      else {
        this.#waiting.delete(feed);
        if (this.#failing.delete(feed)) this.#options.report({ kind: 'recovered', bundle: feed.source.name });
      }
    } catch (error) {
      this.#fail(feed, error);
    }
  }

  /** Puts in force what waits: all of it together, since bundles may belong together; else each by itself. */
  async #settle(): Promise<void> {
    const waiting = [...this.#waiting.keys()];
    if (waiting.length > 0 && this.#complete(waiting)) {
      const together = await this.#try(waiting);
      if (!together && waiting.length > 1)
        for (const feed of waiting) if (this.#complete([feed])) await this.#try([feed]);
    }
    if (this.#engine === undefined && this.#complete([])) await this.#try([]);
    if (this.#engine === undefined) await this.#startWithout();
  }

  #complete(waiting: readonly BundleFeed[]): boolean {
    return this.feeds.every((feed) => feed.good !== undefined || waiting.includes(feed));
  }

  async #try(feeds: readonly BundleFeed[]): Promise<boolean> {
    try {
      await this.#put(feeds);
      return true;
    } catch (error) {
      const alone = feeds.length === 1 || !feeds.every(({ good }) => good !== undefined);
      for (const feed of feeds.length === 0 ? this.feeds : alone ? feeds : []) this.#refuse(feed, error);
      return false;
    }
  }

  /** @throws AppError when these cannot be put in force; then what was stays. */
  async #put(feeds: readonly BundleFeed[]): Promise<void> {
    const { createEngine = createPolicyEngine, report } = this.#options;
    const taken = feeds.flatMap((feed) => this.#waiting.get(feed) ?? []);
    const bundles = this.feeds.flatMap(
      ({ good, source }) => taken.find(({ bundle }) => bundle.name === source.name)?.bundle ?? good ?? [],
    );
    const custom = combineBundles(this.#folder, bundles);
    const empty = Object.keys(custom.modules).length === 0 && Object.keys(custom.data).length === 0;
    const engine = await createEngine({ data: this.#data, ...(empty ? {} : { custom }) });
    try {
      // Threads load the policies now: what cannot be loaded must not be in force, and nobody is to wait for it.
      if (bundles.length > 0) await engine.alerts(NOTHING);
    } catch (error) {
      await engine.close();
      throw error;
    }
    const revision = policyRevision(engine.revision, bundles);
    this.#inForce({ engine, revision });
    for (const feed of feeds) await this.#accept(feed);
    report({ kind: 'activated', revision, bundles: bundles.map((bundle) => this.#described(bundle)) });
  }

  #inForce(policies: InForce): void {
    if (this.#engine === undefined) this.#engine = new ReplaceableEngine(policies);
    else this.#engine.replace(policies);
  }

  async #accept(feed: BundleFeed): Promise<void> {
    const candidate = this.#waiting.get(feed);
    if (candidate === undefined) return;
    this.#waiting.delete(feed);
    this.#failing.delete(feed);
    await feed
      .accept(candidate)
      .catch((error: unknown) => this.#options.report({ kind: 'unkept', bundle: feed.source.name, error }));
  }

  #refuse(feed: BundleFeed, error: unknown): void {
    const candidate = this.#waiting.get(feed);
    const refusal = ofBundle(feed.source.name, error);
    if (candidate !== undefined) feed.refuse(candidate, refusal);
    this.#waiting.delete(feed);
    this.#fail(feed, refusal);
  }

  #fail(feed: BundleFeed, cause: unknown): void {
    const error = cause instanceof AppError ? cause : ofBundle(feed.source.name, cause);
    const known = this.#failing.get(feed)?.message === error.message;
    this.#failing.set(feed, error);
    const { good } = feed;
    if (!known)
      this.#options.report({
        kind: 'refused',
        bundle: feed.source.name,
        error,
        ...(good === undefined ? {} : { inForce: good.revision }),
      });
  }

  /** Lapse's own policies, for what is theirs alone; nothing is judged by them. */
  async #startWithout(): Promise<void> {
    const { createEngine = createPolicyEngine, data } = this.#options;
    const failing = this.feeds.filter((feed) => this.#failing.has(feed));
    const lacking = failing.find(({ good }) => good === undefined) ?? failing[0];
    const missing = (lacking === undefined ? undefined : this.#failing.get(lacking)) ?? noPolicies();
    const engine = await createEngine({ data });
    const bundles = this.feeds.map(({ source, good }) => good ?? { name: source.name, revision: 'none' });
    this.#inForce({ engine, revision: policyRevision(engine.revision, bundles), missing });
  }

  #described({ name, revision, digest, signedBy }: Bundle): BundleInForce {
    const feed = this.feeds.find(({ source }) => source.name === name);
    const from = feed === undefined ? '' : shownSource(feed.source);
    return { name, revision, digest, from, ...(signedBy === undefined ? {} : { signedBy }) };
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#queue.then(() => (this.#closed ? undefined : work()));
    this.#queue = turn.catch(() => undefined);
    return turn;
  }
}

/** An audit event that no alert is about. */
const NOTHING = {
  now: '1970-01-01T00:00:00Z',
  event: { event: 'policy.loaded', actor: 'system', detail: {} },
  history: {},
};

function noPolicies(): AppError {
  return new AppError('ERR_POLICY_BUNDLE', 'there are no policies to judge by');
}
