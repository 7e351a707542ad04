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
 * How specific a pattern is: the later its first wildcard comes, the more; of the patterns that match a database only the most
 * specific counts (MySQL Reference Manual, "Access Control, Stage 2").
 */
export function specificity(pattern: string): number {
  const first = steps(pattern).findIndex(({ any, run }) => any || run);
  return first < 0 ? Number.POSITIVE_INFINITY : first;
}

interface Step {
  readonly any: boolean;
  readonly run: boolean;
  readonly text: string;
}

function steps(pattern: string): readonly Step[] {
  return [...pattern.matchAll(/\\([\s\S])|([\s\S])/g)].map(([, escaped, plain = '']) => ({
    any: escaped === undefined && plain === '_',
    run: escaped === undefined && plain === '%',
    text: escaped ?? plain,
  }));
}
