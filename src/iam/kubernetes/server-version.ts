import type { Answer } from '../../model/answer.ts';
import { principalId } from '../../model/id.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { Alternative } from './risky-permissions.ts';

/** The version (`1.34`) of a cluster's server, where `kubectl version` was read. */
export function serverVersion(inventory: Inventory, cluster: string): string | undefined {
  const version = inventory.principals.get(principalId('kubernetes', 'cluster', cluster))?.attributes?.version;
  return typeof version === 'string' ? version : undefined;
}

/** Whether an alternative counts on a server of this version; unknown versions and circumstances leave an `if`. */
export function counts(alternative: Alternative, version: string | undefined): Answer {
  const { before, from, onlyIf } = alternative;
  if (onlyIf !== undefined) return { if: [onlyIf] };
  if (before !== undefined) {
    if (version === undefined) return { if: [`the server is older than ${before}`] };
    return isBefore(version, before) ? 'yes' : 'no';
  }
  if (from === undefined) return 'yes';
  if (version === undefined) return { if: [`the server is ${from} or newer`] };
  return isBefore(version, from) ? 'no' : 'yes';
}

function isBefore(version: string, other: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [otherMajor = 0, otherMinor = 0] = other.split('.').map(Number);
  return major < otherMajor || (major === otherMajor && minor < otherMinor);
}
