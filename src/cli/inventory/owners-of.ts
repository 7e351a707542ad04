import type { Owner } from '../../model/principal.ts';
import type { FileOwners } from './file-owners.ts';
import type { Subject } from './subject-of.ts';

/** Who answers for something, and how that is known. */
export interface OwnerEvidence extends Owner {
  /** What it is the owner of, where that is not the row itself: the principal behind a secret, or a file. */
  readonly of?: string;
}

/** Files of one secret that are looked up. */
const MOST_FILES = 20;

/** The owner of the principal behind a row, then those of the files that a secret stands in; the surest first. */
export async function ownersOf(
  { secret, principal, id }: Subject,
  files: Pick<FileOwners, 'of'>,
): Promise<readonly OwnerEvidence[]> {
  const owners: OwnerEvidence[] = [];
  if (principal?.owner !== undefined)
    owners.push({ ...principal.owner, ...(principal.id === id ? {} : { of: principal.id }) });
  const places = (secret ?? principal)?.locations ?? [];
  for (const { path, line, commit } of places.slice(0, MOST_FILES)) {
    if (commit !== undefined || (secret === undefined && principal?.owner !== undefined)) continue;
    for (const owner of await files.of(path, line)) {
      if (!owners.some((known) => known.value === owner.value && known.source === owner.source))
        owners.push({ ...owner, of: path });
    }
  }
  return owners;
}
