import type { Remembered } from './inventory-store.ts';

/** The tables of the inventory store, as `migrations/` makes them; what they mean is in `docs/storage.md`. */
export interface InventorySchema {
  snapshot: SnapshotTable;
  source: { id: number; name: string };
  unit: { id: number; source: number; path: string };
  fact: FactTable;
  remembered: RememberedTable;
  read_file: ReadFileTable;
  gap: { unit: number; valid_from: number; valid_to: number | null };
  stage: StageTable;
  stage_unit: { no: number; path: string; id: number | null };
  stage_unread: { unit: number };
  stage_kept: { path: string };
  stage_kept_fact: { kind: string; id: string };
}

interface RememberedTable {
  what: Remembered;
  subject: string;
  /** Of all that it is made of, and all that it was looked at by. */
  digest: string;
  /** JSON. */
  body: string;
}

interface ReadFileTable {
  root: string;
  path: string;
  /** Of its content, and of all that it was read by. */
  digest: string;
  /** JSON: its size, and pairs of a scanner and what it calls the file. */
  outcome: string;
}

interface SnapshotTable {
  id: number;
  source: string;
  /** ISO 8601, UTC. */
  at: string;
  complete: 0 | 1;
  units: number;
  /** JSON: `Problem[]`. */
  problems: string;
  /** Of the policies and data, for snapshots of findings. */
  revision: string | null;
}

interface FactTable {
  kind: string;
  id: string;
  unit: number;
  valid_from: number;
  valid_to: number | null;
  hash: string;
  /** Canonical JSON. */
  body: string;
}

/** Temporary, of one connection: what a scan has emitted so far. */
interface StageTable {
  kind: string;
  id: string;
  /** `stage_unit.no`. */
  unit: number;
  hash: string;
  body: string;
}
