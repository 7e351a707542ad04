/**
 * Matches identities by segments, never by regular expression: `:` and `/` separate segments, `*` stands for any run of
 * characters inside one segment, and `**` as a whole segment for any number of segments. Everything else is literal and
 * case-sensitive.
 *
 * @example matchesSegmentGlob('repo:acme/*:ref:refs/heads/main', 'repo:acme/orders:ref:refs/heads/main') // true
 * @example matchesSegmentGlob('repo:acme/*', 'repo:acme/orders:environment:prod') // false: `*` ends at the segment
 */
export function matchesSegmentGlob(pattern: string, value: string): boolean {
  return matchSegments(split(pattern), split(value));
}

/** Whether `pattern` names anything: false for `*`, `**` and whatever else is made of wildcards and separators only. */
export function segmentGlobNarrows(pattern: string): boolean {
  return /[^*:/]/.test(pattern);
}

/**
 * Whether policies can evaluate the pattern as well (`rego/lib/segments.rego` has no loops): at most two stars in a segment and one `**`.
 */
export function isPortableSegmentGlob(pattern: string): boolean {
  const segments = pattern.split(/[:/]/);
  return (
    pattern !== '' &&
    segments.filter((segment) => segment === '**').length <= 1 &&
    segments.every((segment) => segment.split('*').length <= 3)
  );
}

interface Segment {
  readonly text: string;
  /** The separator before it; empty for the first. */
  readonly lead: string;
}

function split(text: string): readonly Segment[] {
  const segments: Segment[] = [];
  let start = 0;
  let lead = '';
  for (let at = 0; at <= text.length; at += 1) {
    const char = text[at];
    if (char !== undefined && char !== ':' && char !== '/') continue;
    segments.push({ text: text.slice(start, at), lead });
    lead = char ?? '';
    start = at + 1;
  }
  return segments;
}

/** Greedy with one point of return per wildcard, so the work is bounded by pattern length × value length. */
function matchSegments(pattern: readonly Segment[], value: readonly Segment[]): boolean {
  return wildcardMatch(
    pattern,
    value,
    (wild) => wild.text === '**',
    (expected, actual) => expected.lead === actual.lead && matchText(expected.text, actual.text),
  );
}

function matchText(pattern: string, text: string): boolean {
  return wildcardMatch(
    [...pattern],
    [...text],
    (char) => char === '*',
    (expected, actual) => expected === actual,
  );
}

/** Matches item by item; what is wild stands for any run of items. One point of return is enough, so that the work is bounded by both lengths. */
export function wildcardMatch<T>(
  pattern: readonly T[],
  value: readonly T[],
  isWild: (item: T) => boolean,
  same: (expected: T, actual: T) => boolean,
): boolean {
  let p = 0;
  let v = 0;
  let wildAt = -1;
  let resumeAt = 0;
  while (v < value.length) {
    const expected = pattern[p];
    const actual = value[v] as T;
    if (expected !== undefined && isWild(expected)) {
      wildAt = p;
      resumeAt = v;
      p += 1;
    } else if (expected !== undefined && same(expected, actual)) {
      p += 1;
      v += 1;
    } else if (wildAt >= 0) {
      resumeAt += 1;
      v = resumeAt;
      p = wildAt + 1;
    } else {
      return false;
    }
  }
  while (p < pattern.length && isWild(pattern[p] as T)) p += 1;
  return p === pattern.length;
}
