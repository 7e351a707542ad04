import { hash } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assetPath } from '../assets.ts';
import type { ArchiveLimits } from '../scan/archives/archive-limits.ts';
import type { Scanner } from '../scan/scanner.ts';

export interface ContentRevisionParts {
  readonly scanners: readonly Scanner[];
  readonly maxFileSize: number;
  readonly archives?: ArchiveLimits;
  readonly now: Date;
  /** Keyed: what one key's owner remembers is nothing to another, and a file that somebody else made is never believed. */
  fingerprint(value: string): string;
}

/**
 * Names everything that decides what is found in a content: the program and its rules, what a configuration says of them, the limits,
 * the key of the fingerprints. With another name, contents are read again.
 */
export function contentRevision({ scanners, maxFileSize, archives, now, fingerprint }: ContentRevisionParts): string {
  const settings = scanners.map((scanner) => [scanner.id, 'settings' in scanner ? scanner.settings : null]);
  // Ignores end with a day.
  const day = JSON.stringify(settings).includes('"expires"') ? now.toISOString().slice(0, 10) : '';
  return fingerprint(
    JSON.stringify(['contents', programFiles('src/scan'), settings, maxFileSize, archives ?? null, day]),
  );
}

/** Names the program as it is on this disk: with another one, what was judged is judged again. */
export function programRevision(): string {
  return hash('sha256', JSON.stringify(programFiles('src')), 'base64url');
}

/** The files of the program, the scanners and their rules, as they are on this disk: in what the build has made of them, or the source. */
function programFiles(source: string): readonly string[] {
  const running = fileURLToPath(new URL('../..', import.meta.url));
  const chunks = join(running, 'chunks');
  const program = existsSync(chunks) ? chunks : join(running, source);
  return [assetPath('package.json'), program, join(running, 'scanners')].flatMap((place) => stamps(place));
}

function stamps(place: string): readonly string[] {
  const stat = statSync(place, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (!stat.isDirectory()) return [`${place} ${stat.size} ${stat.mtimeMs}`];
  return readdirSync(place)
    .sort()
    .flatMap((name) => stamps(join(place, name)));
}
