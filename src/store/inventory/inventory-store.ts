import type { Entity, EntityChange, EntityKind } from '../../model/entity.ts';
import type { Fact } from '../../model/fact.ts';
import type { Finding } from '../../model/finding.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { Principal } from '../../model/principal.ts';
import type { Problem, Snapshot } from '../../model/snapshot.ts';
import type { SourceState } from '../../model/source-state.ts';
import type { StaticSecret } from '../../model/static-secret.ts';

/** What the store keeps: facts of scanners, and findings (id = fingerprint), each with the unit it was read from. */
export type StoredFact = Entity & { readonly unit: string };

export interface SnapshotHeader {
  /** `scanner:root`; `findings` for what policies said. */
  readonly source: string;
  /** The `now` of the run: snapshots of one run share it. */
  readonly at: Date;
  /** Revision of the policies, for findings. */
  readonly revision?: string;
}

/**
 * What a scan covered. A path stands for itself and for everything below it; units that were not read keep what they said.
 *
 * - `all`: every unit of the source as it is now was read: a unit that said nothing says nothing any more.
 * - `except`: all but these, which could not be read, or not to their end.
 * - `only`: a narrower scan, of these; `except` are those of them that could not be read, or not to their end.
 */
export type Coverage =
  | { readonly read: 'all' }
  | { readonly read: 'except'; readonly paths: readonly string[] }
  | { readonly read: 'only'; readonly paths: readonly string[]; readonly except?: readonly string[] };

export interface SnapshotOutcome {
  readonly coverage: Coverage;
  /** Number of units read. */
  readonly units: number;
  /** With any problem, or with another coverage than `all`, the snapshot is incomplete. */
  readonly problems: readonly Problem[];
}

/** A snapshot that is being made. Nothing of it is visible, and a crash leaves no trace of it, until it is committed. */
export interface SnapshotDraft {
  /** Facts may repeat: those of one unit, kind and id are merged (`src/model/merge.ts`). */
  add(facts: readonly StoredFact[]): Promise<void>;
  /** Units that are as they were when they were read last: what they said stays, as if they said it again. */
  keep(units: Iterable<string>): Promise<void>;
  /** Entities that say what they said at the latest point. */
  keepEntities(kind: EntityKind, ids: Iterable<string>): Promise<void>;
  /** Atomic and durable. */
  commit(outcome: SnapshotOutcome): Promise<Snapshot>;
  abort(): Promise<void>;
}

/** A stored row as it stands at a point in time. */
export type FactRow = StoredFact & {
  readonly source: string;
  /** The snapshot that brought the row in this form. */
  readonly since: number;
};

/** An entity whose every unit went unread: not gone, but not looked at either. */
export interface UnseenEntity {
  readonly kind: EntityKind;
  readonly id: string;
  /** The snapshot that did not look. */
  readonly since: number;
  /** One of the sources that speak of it. */
  readonly source: string;
}

/** When one finding was there, in numbers of snapshots. */
export interface FindingHistory {
  /** As it was told last. */
  readonly finding: Finding;
  /** From the snapshot that brought it to the one that no longer had it; the last is open while it is there. */
  readonly spans: readonly { readonly from: number; readonly to?: number }[];
}

/** A file that was read to its end, and said nothing but facts. */
export interface KnownFile {
  readonly path: string;
  /** Of its content, and of all that it was read by. */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  readonly formats: readonly (readonly [scanner: string, format: string])[];
}

/** The files of which the inventory says all that they say. */
export interface ReadFiles {
  recall(path: string): KnownFile | undefined;
  /** To be called before anything of the root is committed. */
  forget(): Promise<void>;
  /** To be called after all is. */
  remember(files: Iterable<KnownFile>): Promise<void>;
}

/** What is remembered of a subject: what it may do, and the findings about it. */
export type Remembered = 'evaluated' | 'judged';

/** What was found of subjects, by all that it depends on; what was found otherwise is not known. */
export interface SubjectMemory {
  /** @param digest - of all that the subject is made of, and all that it is looked at by. */
  recall(what: Remembered, subject: string, digest: string): string | undefined;
  remember(what: Remembered, subject: string, digest: string, body: string): void;
  /** To be called when the findings are in the store; without it nothing is remembered. Who was not asked for is forgotten. */
  commit(): Promise<void>;
  close(): void;
}

/** The finding with a fingerprint; asking for the last one again costs nothing. */
export type FindingReader = (fingerprint: string) => Finding | undefined;

/**
 * The inventory over time. A **point** is the number of a snapshot: the state right after it was committed, of all sources
 * together; 0 is before the first. What a point shows never changes.
 */
export interface InventoryStore {
  begin(header: SnapshotHeader): Promise<SnapshotDraft>;
  /** Oldest first. */
  snapshots(): Promise<readonly Snapshot[]>;
  /** One state per source that had a snapshot by then. */
  sources(at?: number): Promise<readonly SourceState[]>;
  /** What all units of all sources say together, at the latest point unless told. */
  inventory(at?: number): Promise<Inventory>;
  findings(at?: number): Promise<readonly Finding[]>;
  /** Every finding that was there at or before a point, ordered by fingerprint. */
  findingHistories(at?: number): AsyncIterable<FindingHistory>;
  /** @param root - what is scanned as a whole. */
  readFiles(root: string): ReadFiles;
  /** Whoever opens it closes it. */
  subjectMemory(): SubjectMemory;
  /** For whoever wants one after another; good for as long as the store is open. */
  findingReader(at?: number): Promise<FindingReader>;
  /** Row by row, ordered by kind, id and unit; memory stays flat. */
  facts(at?: number): AsyncIterable<FactRow>;
  /** Principals and credentials of which several units speak, each as its units say it; memory stays flat. */
  repeated(at?: number): AsyncIterable<readonly Fact[]>;
  /** Entities (merged over units) that differ between a point and a later one, ordered by kind and id; memory stays flat. */
  changes(from: number, to: number): AsyncIterable<EntityChange>;
  /** Entities that the latest snapshots at a point did not look at. */
  unseen(at?: number): AsyncIterable<UnseenEntity>;
  /** The static secret with this keyed fingerprint, and the principal that its credential belongs to. */
  findSecret(
    fingerprint: string,
  ): Promise<{ readonly secret: StaticSecret; readonly principal?: Principal } | undefined>;
  close(): Promise<void>;
}
