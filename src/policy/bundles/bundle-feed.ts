import { join } from 'node:path';
import type { AppError } from '../../errors.ts';
import { ofBundle } from './bundle-fault.ts';
import type { BundleFiles } from './bundle-files.ts';
import { BundleKeep, type KeptBundle } from './bundle-keep.ts';
import { type BundleSource, fetchBundle, sourceId } from './bundle-source.ts';
import { type Bundle, parseBundle } from './parse-bundle.ts';

export interface BundleFeedOptions {
  readonly source: BundleSource;
  /** Where last good bundles are kept; nowhere when absent. */
  readonly keepIn?: string;
  readonly now: () => Date;
}

/** A bundle that a source has and that nobody uses yet. */
export interface Candidate {
  readonly bundle: Bundle;
  readonly files: BundleFiles;
  readonly etag?: string;
}

/** What is known of one source: the bundle of it that is good, and the one that was refused last. */
export class BundleFeed {
  readonly source: BundleSource;
  readonly #keep: BundleKeep | undefined;
  readonly #now: () => Date;
  #good: Bundle | undefined;
  #state: Omit<KeptBundle, 'files'> | undefined;
  #refused: { readonly digest: string; readonly error: AppError } | undefined;

  constructor({ source, keepIn, now }: BundleFeedOptions) {
    this.source = source;
    const passing = 'path' in source.from && source.from.passing === true;
    this.#keep =
      keepIn === undefined || passing
        ? undefined
        : new BundleKeep(join(keepIn, `${source.name}-${sourceId(source).slice(0, 16)}`));
    this.#now = now;
  }

  /** The last bundle that could be used; undefined when there never was one. */
  get good(): Bundle | undefined {
    return this.#good;
  }

  /** Takes up what was kept, if it passes what is asked of bundles now: a key that is trusted no more ends it. */
  async recall(): Promise<void> {
    const kept = await this.#keep?.recall(this.source.maxSize);
    if (kept === undefined) return;
    const bundle = await this.#parse(kept.files).catch(() => undefined);
    if (bundle?.digest !== kept.digest) return;
    const { files: _files, ...state } = kept;
    this.#good = bundle;
    this.#state = state;
  }

  /** Whether the source was asked so lately that its interval is not over. */
  get fresh(): boolean {
    if (this.#good === undefined || this.#state === undefined) return false;
    const age = this.#now().getTime() - Date.parse(this.#state.checked);
    return age >= 0 && age < this.source.interval;
  }

  /**
   * Looks at the source.
   *
   * @returns what it has, where that is not what is good already.
   * @throws AppError ERR_POLICY_UNREACHABLE, ERR_POLICY_NOT_FOUND, ERR_POLICY_BUNDLE, ERR_POLICY_INVALID, with the name of the bundle.
   */
  async look(): Promise<Candidate | undefined> {
    const { name } = this.source;
    let candidate: Candidate | undefined;
    try {
      const fetched = await fetchBundle(this.source, this.#good === undefined ? undefined : this.#state?.etag);
      if (fetched !== 'unchanged') candidate = { ...fetched, bundle: await this.#parse(fetched.files) };
    } catch (error) {
      throw ofBundle(name, error);
    }
    if (candidate === undefined || candidate.bundle.digest === this.#good?.digest) {
      await this.#stillGood(candidate?.etag);
      return undefined;
    }
    if (candidate.bundle.digest === this.#refused?.digest) throw this.#refused.error;
    return candidate;
  }

  /**
   * A candidate is in use now.
   *
   * @throws what writing to disk throws; the candidate is good all the same.
   */
  async accept({ bundle, files, etag }: Candidate): Promise<void> {
    this.#good = bundle;
    this.#refused = undefined;
    this.#state = {
      digest: bundle.digest,
      checked: this.#now().toISOString(),
      ...(etag === undefined ? {} : { etag }),
    };
    await this.#keep?.keep({ ...this.#state, files });
  }

  /** A candidate cannot be used: as long as the source has nothing else, it is not tried again. */
  refuse({ bundle }: Candidate, error: AppError): void {
    this.#refused = { digest: bundle.digest, error };
  }

  async #stillGood(etag: string | undefined): Promise<void> {
    this.#refused = undefined;
    if (this.#state === undefined) return;
    this.#state = { ...this.#state, checked: this.#now().toISOString(), ...(etag === undefined ? {} : { etag }) };
    // Without it, the next process asks once more than it would have to.
    await this.#keep?.checked(this.#state).catch(() => undefined);
  }

  #parse(files: BundleFiles): Promise<Bundle> {
    const { name, signature, unsigned } = this.source;
    return parseBundle(files, { name, unsigned, now: this.#now(), ...(signature === undefined ? {} : { signature }) });
  }
}
