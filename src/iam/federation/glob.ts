/**
 * A pattern as a list of steps: a character, `any` (exactly one character) or `many` (any run of characters, none too).
 * Subjects whose middle is not known (a ref, a numeric id) are globs as well, so that a trust's pattern is compared with
 * every subject that a job could have.
 */
export type Glob = readonly (string | typeof ANY | typeof MANY)[];

const ANY = 0;
const MANY = 1;

/** `*` and `?` are wildcards, everything else stands for itself (IAM `StringLike`, which has no escape). */
export function globOf(pattern: string): Glob {
  return Array.from(pattern, (character) => (character === '*' ? MANY : character === '?' ? ANY : character));
}

/** The text itself, wildcards included (IAM `StringEquals`). */
export function literalOf(text: string): Glob {
  return Array.from(text);
}

/** Literal texts with an unknown run of characters between each two of them. */
export function templateOf(...parts: readonly string[]): Glob {
  return parts.flatMap((part, index) => (index === 0 ? Array.from(part) : [MANY, ...Array.from(part)]));
}

/** Whether some string matches both. */
export function intersects(left: Glob, right: Glob): boolean {
  return walk(left, right, (a, b) => a === b || a === ANY || b === ANY, true);
}

/** Whether every string that matches `template` matches `pattern`. May say no for an odd pattern that does cover it. */
export function covers(pattern: Glob, template: Glob): boolean {
  return walk(pattern, template, (a, b) => b !== MANY && (a === ANY || a === b), false);
}

/**
 * Dynamic programming over both lists, one row at a time. With `both`, a `many` of the right side may swallow steps of
 * the left side; without, it is a step like others that only a `many` of the left side swallows.
 */
function walk(left: Glob, right: Glob, same: (a: Glob[number], b: Glob[number]) => boolean, both: boolean): boolean {
  let row: boolean[] = [];
  for (let i = 0; i <= left.length; i++) {
    const next: boolean[] = [];
    for (let j = 0; j <= right.length; j++) {
      const a = left[i - 1];
      const b = right[j - 1];
      let reached = i === 0 && j === 0;
      if (a === MANY) reached ||= (row[j] ?? false) || (j > 0 && (next[j - 1] ?? false));
      if (both && b === MANY) reached ||= (next[j - 1] ?? false) || (i > 0 && (row[j] ?? false));
      if (a !== undefined && b !== undefined && a !== MANY && !(both && b === MANY) && same(a, b))
        reached ||= row[j - 1] ?? false;
      next.push(reached);
    }
    row = next;
  }
  return row[right.length] ?? false;
}
