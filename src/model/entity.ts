import type { Credential } from './credential.ts';
import type { Finding } from './finding.ts';
import type { Grant } from './grant.ts';
import type { Principal } from './principal.ts';
import type { StaticSecret } from './static-secret.ts';
import type { Trust } from './trust.ts';

interface EntityBodies {
  readonly principal: Principal;
  readonly credential: Credential;
  readonly secret: StaticSecret;
  readonly grant: Grant;
  readonly trust: Trust;
  readonly finding: Finding;
}

export type EntityKind = keyof EntityBodies;

/** The body that goes with a kind. */
export type EntityBody<Kind extends EntityKind = EntityKind> = EntityBodies[Kind];

/** Anything that the store keeps over time: the facts that scanners find, and what policies say of them. */
export type Entity = {
  [Kind in EntityKind]: { readonly kind: Kind; readonly body: EntityBodies[Kind] };
}[EntityKind];

/** Inventory id; of a finding its fingerprint. */
export function entityId(entity: Entity): string {
  return entity.kind === 'finding' ? entity.body.fingerprint : entity.body.id;
}

/** How one entity differs between two points in time, merged over all units that speak of it. */
export type EntityChange = {
  [Kind in EntityKind]: {
    readonly kind: Kind;
    readonly id: string;
    /** Absent: it was not there. */
    readonly before?: EntityBody<Kind>;
    readonly after?: EntityBody<Kind>;
    readonly history: EntityHistory;
  };
}[EntityKind];

/** In numbers of snapshots. */
export interface EntityHistory {
  /** The first snapshot that ever had it. */
  readonly firstSeen: number;
  /** The snapshot that brought the state at the later point: its newest row, or the end of its last row. */
  readonly since: number;
  /** When it is gone: the last snapshot of its source that still had it. */
  readonly lastSeen?: number;
  /** The sources that speak or spoke of it at the two points. */
  readonly sources: readonly string[];
}
