import type { Owner } from '../../model/principal.ts';

/** What a CODEOWNERS file says. */
export interface CodeOwners {
  /** Those who answer for a file, by the last line that matches it; in a file with sections, of each section. */
  ownersOf(path: string): readonly Owner[];
}

interface Rule {
  readonly matches: RegExp;
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
    const [pattern = '', ...owners] = words(written);
    const matches = patternOf(pattern);
    if (matches === undefined) continue;
    rules.push({ matches, owners: owners.length > 0 ? owners : sectionOwners, line: index + 1, section });
  }
  rules.reverse();
  return {
    ownersOf(path) {
      const decided = new Map<string, Rule>();
      for (const rule of rules)
        if (!decided.has(rule.section) && rule.matches.test(path)) decided.set(rule.section, rule);
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

/** Wildcards in one pattern: more are a bomb, and no path. */
const MOST_STARS = 16;

function patternOf(pattern: string): RegExp | undefined {
  if (pattern === '' || pattern.startsWith('!') || /[[\]]/.test(pattern)) return undefined;
  if ((pattern.match(/\*/g)?.length ?? 0) > MOST_STARS) return undefined;
  const isFolder = pattern.endsWith('/');
  const bare = pattern.replace(/^\//, '').replace(/\/$/, '');
  if (bare === '') return isFolder ? /^/ : undefined;
  // A slash before the end ties it to the top.
  const anchored = pattern.startsWith('/') || bare.includes('/');
  const body = bare
    .split('/')
    .map((segment) => (segment === '**' ? segment : segment.split(/\*+/).map(literal).join('[^/]*')))
    .join('/')
    .replace(/(^|\/)\*\*\//g, '$1(?:[^/]+/)*')
    .replace(/\/\*\*$/, '/.+')
    .replace(/^\*\*$/, '.+');
  const shallow = bare.endsWith('/*') || /(?:^|\/)\*\*$/.test(bare);
  const end = isFolder ? '/.+' : shallow ? '' : '(?:/.+)?';
  return new RegExp(`^${anchored ? '' : '(?:.*/)?'}${body}${end}$`);
}

function literal(text: string): string {
  return text.replace(/[.+^${}()|\\?]/g, (char) => (char === '?' ? '[^/]' : `\\${char}`));
}
