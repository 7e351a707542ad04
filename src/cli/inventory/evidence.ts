import type { Inventory } from '../../model/inventory.ts';
import type { Location } from '../../model/location.ts';
import { actionsAndResources } from './rows.ts';

/** One row that proves something, in words and with its place. */
export interface EvidenceRow {
  readonly kind: 'secret' | 'credential' | 'grant' | 'trust';
  readonly id: string;
  /** From the principal to the statement, as the grant has it; the binding of a trust. */
  readonly via: readonly string[];
  /** What it gives, for people. */
  readonly says: string;
  readonly location: Location | null;
}

/** The rows behind ids of evidence; ids that stand for nothing in the view are left out. */
export function evidenceRows(ids: readonly string[], inventory: Inventory): readonly EvidenceRow[] {
  return ids.flatMap((id) => evidenceRow(id, inventory) ?? []);
}

function evidenceRow(id: string, inventory: Inventory): EvidenceRow | undefined {
  const grant = inventory.grants.get(id);
  if (grant !== undefined) {
    const [actions, resources] = actionsAndResources(grant);
    const says = `${grant.effect === 'deny' ? 'deny ' : ''}${actions} on ${resources}`;
    return { kind: 'grant', id, via: grant.via, says, location: nearest(grant.locations) };
  }
  const trust = inventory.trusts.get(id);
  if (trust !== undefined) {
    const { condition, how } = trust;
    const binding =
      typeof condition === 'object' && condition !== null && 'binding' in condition ? condition.binding : '';
    const via = typeof binding === 'string' && binding !== '' ? [`binding:${binding}`] : [];
    return { kind: 'trust', id, via, says: `${how} ${trust.principal}`, location: nearest(trust.locations) };
  }
  const credential = inventory.credentials.get(id);
  if (credential !== undefined) {
    const { platform, kind, nativeId, locations } = credential;
    return { kind: 'credential', id, via: [], says: `${platform} ${kind} ${nativeId}`, location: nearest(locations) };
  }
  const secret = inventory.secrets.get(id);
  if (secret === undefined) return undefined;
  return { kind: 'secret', id, via: [], says: secret.title, location: nearest(secret.locations) };
}

/** A place that is there now, before one in history. */
function nearest(locations: readonly Location[]): Location | null {
  return locations.find(({ commit }) => commit === undefined) ?? locations[0] ?? null;
}
