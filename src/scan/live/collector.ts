/** An answer of an API, or several that belong together, in the form of the export that the scanner reads. */
export interface CollectedFile {
  /** Below the name of the connection: `iam/authorization-details.json`. */
  readonly path: string;
  /** Pieces of its text, as they come. */
  readonly content: AsyncIterable<string> | Iterable<string>;
}

/** What could not be asked, while everything else was. */
export interface CollectReport {
  /**
   * @param path - of the file that there is none of because of it.
   * @param cause - problems with the same are told as one.
   */
  problem(problem: { readonly path: string; readonly message: string; readonly cause?: string }): void;
}

/** A provider that can be asked: where it is and who asks are settled. */
export interface Connection {
  /** What is asked, as its provider knows it (an account, a cluster, a server); the same thing has the same name tomorrow. */
  readonly name: string;
  /** How facts call it that are of a cluster or server without a name in its answers: in place of `cluster` of the configuration. */
  readonly cluster?: string;
  /**
   * Asks for everything, reading only. A part that is refused is told to `report`.
   *
   * @throws AppError ERR_LIVE_UNREACHABLE when nothing can be asked any more.
   */
  collect(report: CollectReport): AsyncIterable<CollectedFile>;
  close(): Promise<void>;
}

/** What a collector may use of its process to find the credentials that the provider's own tools would. */
export interface LiveContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly now: () => Date;
}

/** Asks a provider's API for what the scanner of the same name reads from its exports. */
export interface Collector {
  /** As `--live` names it. */
  readonly id: string;
  /** Id of the scanner that reads what it collects. */
  readonly scanner: string;
  /**
   * @param target - what was written behind the name (`--live kubernetes=prod`): a context, a profile, an organisation.
   * @throws AppError ERR_LIVE_CREDENTIALS when nobody says who asks; ERR_LIVE_UNREACHABLE
   */
  connect(target: string | undefined, context: LiveContext): Promise<Connection>;
}
