import type { Owner } from '../../model/principal.ts';
import { wildcardMatch } from '../../model/segment-glob.ts';

/** What a CODEOWNERS file says. */
export interface CodeOwners {
  /** Those who answer for a file, by the last line that matches it; in a file with sections, of each section. */
  ownersOf(path: string): readonly Owner[];
  /** As it stands. */
  readonly text: string;
}

interface Rule {
  readonly pattern: readonly string[];
  readonly owners: readonly string[];
  readonly line: number;
  readonly section: string;
}

/**
 * Reads a CODEOWNERS file. The last line that matches a file counts, and one without owners says that nobody does. Patterns are
 * those of `.gitignore` but for `!`, `[…]` and `\#`, which mean nothing here, and `/*` at the end, which does not reach into folders
 * (GitHub, "About code owners"). Sections with owners of their own are GitLab's ("Code Owners syntax"). Lines that are no
 * rule are skipped, as both hosts do.
 *
 * @param file - its path, for the places of what it says.
 */
export function parseCodeOwners(text: string, file: string): CodeOwners {
  const rules: Rule[] = [];
  let section = '';
  let sectionOwners: readonly string[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const written = raw.trim();
    if (written === '' || written.startsWith('#')) continue;
    const [, name, rest = ''] = /^\^?\[([^\]]+)\](?:\[\d+\])?(?:\s+(.*))?$/.exec(written) ?? [];
    if (name !== undefined) {
      section = name.toLowerCase();
      sectionOwners = words(rest);
      continue;
    }
    const [first = '', ...owners] = words(written);
    const pattern = patternOf(first);
    if (pattern === undefined) continue;
    rules.push({ pattern, owners: owners.length > 0 ? owners : sectionOwners, line: index + 1, section });
  }
  rules.reverse();
  return {
    text,
    ownersOf(path) {
      const segments = path.split('/');
      const decided = new Map<string, Rule>();
      for (const rule of rules) {
        if (!decided.has(rule.section) && matchesPath(rule.pattern, segments)) decided.set(rule.section, rule);
      }
      return [...decided.values()].flatMap(({ owners, line }) =>
        owners.map((value) => ({ value, source: 'codeowners', location: { path: file, line } })),
      );
    },
  };
}

/** Up to a comment; a space in a path is written with a backslash. */
function words(text: string): readonly string[] {
  const parts = text.replace(/(?:^|\s)#.*$/, '').match(/(?:\\.|[^\s\\])+/g) ?? [];
  return parts.map((part) => part.replaceAll('\\ ', ' '));
}

/** The segments of a pattern, `**` for any number of them; undefined for what is no pattern. */
function patternOf(pattern: string): readonly string[] | undefined {
  if (pattern === '' || pattern.startsWith('!') || /[[\]]/.test(pattern)) return undefined;
  const isFolder = pattern.endsWith('/');
  const segments = pattern.split('/').filter((segment) => segment !== '');
  if (segments.length === 0) return isFolder ? ['**'] : undefined;
  // A slash before the end ties it to the top.
  const start = pattern.startsWith('/') || segments.length > 1 ? [] : ['**'];
  const last = segments.at(-1);
  if (isFolder) return [...start, ...segments, '*', '**'];
  if (last === '**') return [...start, ...segments.slice(0, -1), '*', '**'];
  return last === '*' && segments.length > 1 ? segments : [...start, ...segments, '**'];
}

function matchesPath(pattern: readonly string[], path: readonly string[]): boolean {
  return wildcardMatch(
    pattern,
    path,
    (segment) => segment === '**',
    (segment, name) =>
      wildcardMatch(
        [...segment],
        [...name],
        (char) => char === '*',
        (char, other) => char === '?' || char === other,
      ),
  );
}
