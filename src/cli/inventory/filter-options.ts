import type { Command } from 'commander';
import { AppError } from '../../errors.ts';
import { EVALUATORS } from '../../iam/index.ts';
import { collect } from '../client/options.ts';
import type { InventoryView } from './view.ts';

/** `--platform`, `--owner` and `--environment`, for every command that looks at a part of the inventory. */
export function addFilterOptions(command: Command): Command {
  return command
    .option(
      '--platform <platform>',
      'of this platform: aws, kubernetes, …; may be repeated, as may those below',
      several,
      [],
    )
    .option('--owner <owner>', 'of this owner; none for rows without one', several, [])
    .option('--environment <name>', 'of this environment; none for rows without one', several, []);
}

/** Values may come one by one, or with commas between them. */
export function several(value: string, former: readonly string[]): readonly string[] {
  return value.split(',').reduce<readonly string[]>((list, part) => collect(part.trim(), list), former);
}

/**
 * A misspelt platform must not look like one where there is nothing.
 *
 * @throws {AppError} ERR_USAGE
 */
export function refuseUnknownPlatform(platforms: readonly string[], { inventory }: InventoryView): void {
  const known = new Set([
    'none',
    ...EVALUATORS.map(({ platform }) => platform),
    ...[...inventory.principals.values()].map(({ platform }) => platform),
    ...[...inventory.secrets.values()].flatMap(({ platform }) => platform ?? []),
  ]);
  const unknown = platforms.find((name) => !name.includes('*') && !known.has(name.toLowerCase()));
  if (unknown === undefined) return;
  throw new AppError('ERR_USAGE', `--platform ${unknown}: nothing here is of such a platform`, {
    hint: `one of ${[...known].sort().join(', ')}`,
  });
}
