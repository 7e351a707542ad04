import type { Fact } from './fact.ts';
import type { Finding } from './finding.ts';

/** Anything that the store keeps over time: what scanners say, and what policies say of it. */
export type Entity = Fact | { readonly kind: 'finding'; readonly body: Finding };

export type EntityKind = Entity['kind'];

/** The body that goes with a kind. */
export type EntityBody<Kind extends EntityKind = EntityKind> = Extract<Entity, { readonly kind: Kind }>['body'];

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
}
