import ignore, { type Ignore } from 'ignore';
import { matchesSegmentGlob } from '../../model/segment-glob.ts';
import type { IgnoredFindings } from './secret-settings.ts';

interface Entry {
  readonly index: number;
  readonly rule: string;
  readonly paths: Ignore;
  readonly expires: string | undefined;
}

/** What a configuration leaves out of the findings of some rules in some files. */
export class FindingIgnores {
  readonly #entries: readonly Entry[];

  constructor(ignores: readonly IgnoredFindings[]) {
    this.#entries = ignores.map(({ rule, paths, expires }, index) => {
      return { index, rule, paths: ignore().add([...paths]), expires };
    });
  }

  /**
   * Which entry leaves out what a rule finds in a file; undefined when none does.
   *
   * @param path - relative to the root of the scan; of a member of an archive, the archive counts.
   */
  entryFor(rule: string, path: string, now: () => Date): number | undefined {
    if (this.#entries.length === 0) return undefined;
    const file = (path.split('!/')[0] ?? path).replace(/^(?:\.{0,2}\/)+/, '');
    if (!ignore.isPathValid(file)) return undefined;
    const today = () => now().toISOString().slice(0, 10);
    return this.#entries.find(
      ({ expires, ...entry }) =>
        (expires === undefined || expires >= today()) &&
        matchesSegmentGlob(entry.rule, rule) &&
        entry.paths.ignores(file),
    )?.index;
  }
}

/** How an entry is called where it is told that it was of use: see `ScanContext.used`. */
export function ignoreName(index: number): string {
  return `scan.ignore[${index}]`;
}
