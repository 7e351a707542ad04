/**
 * Whether a database's name matches a pattern of a GRANT: `_` is one character, `%` any run, a backslash takes both their meaning
 * (MySQL Reference Manual, GRANT). Case counts, as on servers whose files have it.
 */
export function matchesDatabase(pattern: string, name: string): boolean {
  let row = [true, ...Array<boolean>(name.length).fill(false)];
  for (const { any, run, text } of steps(pattern)) {
    const next = [run && (row[0] ?? false)];
    for (let at = 1; at <= name.length; at += 1) {
      const here = run
        ? (row[at] ?? false) || (next[at - 1] ?? false)
        : (row[at - 1] ?? false) && (any || name[at - 1] === text);
      next.push(here);
    }
    row = next;
  }
  return row[name.length] ?? false;
}

/** The pattern as a name, its backslashes taken. */
export function literalName(pattern: string): string {
  return pattern.replace(/\\([_%\\])/g, '$1');
}

/**
 * Whether the server takes one pattern before another, of two that match a database: only the first counts. MySQL sorts by how late
 * the first wildcard comes, with its backslashes, and `%` alone last (MySQL Reference Manual, "Access Control, Stage 2"; `get_sort`);
 * MariaDB by how many names a pattern matches (`get_magic_sort`, since 10.4). Both put a name before a pattern. Where they differ,
 * or nothing decides, this is false both ways.
 */
export function comesBefore(one: string, other: string): boolean {
  return mysqlRank(one) > mysqlRank(other) && mariadbRank(one) < mariadbRank(other);
}

function mysqlRank(pattern: string): number {
  if (pattern === '%') return -1;
  const all = steps(pattern);
  const first = all.findIndex(({ any, run }) => any || run);
  if (first < 0) return Number.POSITIVE_INFINITY;
  return all.slice(0, first).reduce((length, { text, escaped }) => length + text.length + (escaped ? 1 : 0), 0);
}

/** The longest name of a database. */
const LONGEST = 64;

/** Greater where more names match: those of any length by what is left of it, the others by how many characters are open. */
function mariadbRank(pattern: string): number {
  const all = steps(pattern);
  const open = all.filter(({ any }) => any).length;
  const runs = all.filter(({ run }, at) => run && all[at + 1]?.run !== true).length;
  const rest = runs === 0 ? 0 : LONGEST - all.filter(({ run }) => !run).length;
  const digits = rest > open ? [rest * 2 + 1, runs, open] : [open * 2, rest, runs];
  return digits.reduce((sum, digit) => sum * (LONGEST + 1) + digit, 0);
}

interface Step {
  readonly any: boolean;
  readonly run: boolean;
  readonly text: string;
  readonly escaped: boolean;
}

function steps(pattern: string): readonly Step[] {
  return [...pattern.matchAll(/\\([\s\S])|([\s\S])/g)].map(([, escaped, plain = '']) => ({
    any: escaped === undefined && plain === '_',
    run: escaped === undefined && plain === '%',
    text: escaped ?? plain,
    escaped: escaped !== undefined,
  }));
}
