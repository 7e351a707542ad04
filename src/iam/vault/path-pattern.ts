/**
 * A path of a policy: exact, with `*` as its last character (a prefix), or with segments `+` (one segment each). Of several that
 * match a path one counts; `lower` says which (Vault and OpenBao: "Policies", policy syntax; OpenBao `policy/acl.go`).
 */
export interface PathPattern {
  readonly text: string;
  /** Without a `*` at the end. */
  readonly fixed: string;
  readonly segments: readonly string[];
  readonly isPrefix: boolean;
  readonly wildcards: number;
}

export function pathPattern(text: string): PathPattern {
  const isPrefix = text.endsWith('*');
  const fixed = isPrefix ? text.slice(0, -1) : text;
  const segments = fixed.split('/');
  return { text, fixed, segments, isPrefix, wildcards: segments.filter((segment) => segment === '+').length };
}

export function isExact({ isPrefix, wildcards }: PathPattern): boolean {
  return !isPrefix && wildcards === 0;
}

/** Whether a pattern covers a path, which has no wildcards itself. */
export function matchesPath(pattern: PathPattern, path: string): boolean {
  if (pattern.wildcards === 0) return pattern.isPrefix ? path.startsWith(pattern.fixed) : path === pattern.fixed;
  const parts = path.split('/');
  const { segments, isPrefix } = pattern;
  if (isPrefix ? parts.length < segments.length : parts.length !== segments.length) return false;
  return segments.every((segment, index) => {
    const part = parts[index] ?? '';
    return (
      segment === '+' || segment === part || (isPrefix && index === segments.length - 1 && part.startsWith(segment))
    );
  });
}

/** Whether some path is covered by both; of what is asked `+` and a `*` at the end stand for anything as well. */
export function overlaps(a: PathPattern, b: PathPattern): boolean {
  const length = Math.max(a.segments.length, b.segments.length);
  for (let index = 0; index < length; index += 1) {
    const [left, right] = [a.segments[index], b.segments[index]];
    const [lastLeft, lastRight] = [
      a.isPrefix && index >= a.segments.length - 1,
      b.isPrefix && index >= b.segments.length - 1,
    ];
    if (left === undefined) return lastLeft;
    if (right === undefined) return lastRight;
    if (lastLeft && lastRight) return left === '+' || right === '+' || left.startsWith(right) || right.startsWith(left);
    if (lastLeft) return left === '+' || right === '+' || right.startsWith(left);
    if (lastRight) return left === '+' || right === '+' || left.startsWith(right);
    if (left !== '+' && right !== '+' && left !== right) return false;
  }
  return true;
}

/** Whether every path that `inner` covers is covered by `outer`. */
export function includes(outer: PathPattern, inner: PathPattern): boolean {
  if (!outer.isPrefix && (inner.isPrefix || outer.segments.length !== inner.segments.length)) return false;
  if (outer.segments.length > inner.segments.length) return false;
  return outer.segments.every((segment, index) => {
    const part = inner.segments[index] ?? '';
    const isLast = outer.isPrefix && index === outer.segments.length - 1;
    const open = inner.isPrefix && index === inner.segments.length - 1;
    if (isLast) return segment === '' || (part !== '+' && part.startsWith(segment));
    if (segment === '+') return !open;
    return segment === part && !open;
  });
}

/** Whether `a` counts less than `b` where both match. Exact ones are before all others. */
export function isLower(a: PathPattern, b: PathPattern): boolean {
  const [exactA, exactB] = [isExact(a), isExact(b)];
  if (exactA !== exactB) return exactB;
  const [firstA, firstB] = [firstWildcard(a), firstWildcard(b)];
  if (firstA !== firstB) return firstA < firstB;
  if (a.isPrefix !== b.isPrefix) return a.isPrefix;
  if (a.wildcards !== b.wildcards) return a.wildcards > b.wildcards;
  if (a.fixed.length !== b.fixed.length) return a.fixed.length < b.fixed.length;
  return a.fixed < b.fixed;
}

function firstWildcard({ fixed, wildcards }: PathPattern): number {
  if (wildcards === 0) return fixed.length;
  const at = /(?:^|\/)\+(?:\/|$)/.exec(fixed);
  return at === null ? fixed.length : at.index + (at[0].startsWith('/') ? 1 : 0);
}
