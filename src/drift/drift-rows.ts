import type { EntityBody, EntityChange, EntityKind } from '../model/entity.ts';
import type { JsonObject } from '../model/json.ts';
import type { Location } from '../model/location.ts';
import type { DriftKind, DriftRow } from './drift.ts';
import { fieldChanges } from './field-changes.ts';
import { nameOf, type PrincipalName } from './name-of.ts';

/** What rows need to know beside their entity. */
export interface RowContext {
  /** Number of the earlier point. */
  readonly from: number;
  /** ISO 8601, of a snapshot. */
  timeOf(snapshot: number): string;
  readonly principalName: PrincipalName;
}

/** Turns what the store says of one entity into a row. */
export function driftRow(change: EntityChange, { from, timeOf, principalName }: RowContext): DriftRow {
  const { kind: entity, id, before, after, history } = change;
  const kind: DriftKind =
    after === undefined
      ? 'removed'
      : before !== undefined
        ? 'changed'
        : history.firstSeen <= from
          ? 'reopened'
          : 'added';
  const fields =
    before === undefined || after === undefined ? [] : fieldChanges(plain(before), plain(after), MINOR[entity]);
  const body = after ?? before;
  return {
    kind,
    entity,
    id,
    name: nameOf(change, principalName),
    fields,
    ...(kind === 'changed' || body === undefined ? {} : { body: plain(body) }),
    minor: kind === 'changed' && fields.every((field) => field.minor),
    firstSeen: timeOf(history.firstSeen),
    since: timeOf(history.since),
    ...(history.lastSeen === undefined ? {} : { lastSeen: timeOf(history.lastSeen) }),
    sources: history.sources,
    ...(body !== undefined && 'severity' in body ? { severity: body.severity } : {}),
    ...placeOf(body),
  };
}

/** An entity that the latest scan did not look at. */
export function unseenRow(
  unseen: { readonly kind: EntityKind; readonly id: string; readonly since: number; readonly source: string },
  body: EntityBody,
  lastSeen: number,
  { timeOf, principalName }: RowContext,
): DriftRow {
  const { kind: entity, id, since, source } = unseen;
  return {
    kind: 'not-seen',
    entity,
    id,
    name: nameOf({ kind: entity, id, after: body } as EntityChange, principalName),
    fields: [],
    minor: false,
    firstSeen: timeOf(lastSeen),
    since: timeOf(since),
    lastSeen: timeOf(lastSeen),
    sources: [source],
    ...placeOf(body),
  };
}

const MOVED = ['locations', 'usage'] as const;
const MINOR: Readonly<Record<EntityKind, ReadonlySet<string>>> = {
  principal: new Set(MOVED),
  credential: new Set(MOVED),
  secret: new Set(['locations']),
  grant: new Set(['locations']),
  trust: new Set(['locations']),
  // Ages and dates stand in the words of a finding: they differ with every day that passes.
  finding: new Set(['message', 'detail', 'evidence', 'location', 'subjectName', 'remediation', 'controls', 'title']),
};

function placeOf(body: EntityBody | undefined): { readonly location?: Location } {
  if (body === undefined) return {};
  const location =
    'rule' in body && 'location' in body ? body.location : 'locations' in body ? body.locations[0] : undefined;
  return location === undefined ? {} : { location };
}

function plain(body: EntityBody): JsonObject {
  return body as unknown as JsonObject;
}
