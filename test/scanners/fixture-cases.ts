import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Scanner } from '../../src/scan/scanner.ts';
import { describeFact } from './describe-fact.ts';
import { type ScanBytesOptions, scanBytes } from './scan-bytes.ts';

/** A fixture folder: the files of `input/`, and what a scan of them must say. */
export interface FixtureCase {
  readonly name: string;
  readonly expected: unknown;
  read(): Promise<{
    readonly files: Readonly<Record<string, string>>;
    readonly facts: readonly string[];
    readonly problems: readonly string[];
  }>;
}

/** The cases below `test/fixtures/scanners/<id>/`. */
export function fixtureCases(scanner: Scanner, options: ScanBytesOptions = {}): readonly FixtureCase[] {
  const root = new URL(`../fixtures/scanners/${scanner.id}/`, import.meta.url).pathname;
  return readdirSync(root)
    .sort()
    .map((name) => ({
      name,
      expected: JSON.parse(readFileSync(join(root, name, 'expected.json'), 'utf8')),
      async read() {
        const input = join(root, name, 'input');
        const files: Record<string, string> = {};
        const facts: string[] = [];
        const problems: string[] = [];
        const paths = readdirSync(input, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name).slice(input.length + 1))
          .sort();
        for (const path of paths) {
          const scanned = await scanBytes(scanner, path, readFileSync(join(input, path)), options);
          files[path] = scanned.format ?? 'not recognised';
          facts.push(...scanned.facts.map(describeFact));
          problems.push(...scanned.problems);
        }
        return { files, facts, problems };
      },
    }));
}
