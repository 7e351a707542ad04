import { ANY_ONE, type Glob, STAR } from './glob.ts';

const COLON = 58;
const SERVICE_SEGMENT = 2;

/**
 * Whether a resource pattern matches an ARN without a reading that AWS does not document: a `*` in the middle of a
 * colon-separated segment that would have to cross a colon, or a wildcard in the service segment. Where only such a reading
 * matches, an Allow counts as matching and a Deny as unproven.
 */
export function matchesStrictly(pattern: Glob, arn: Glob): boolean {
  if (pattern.length === 1 && pattern[0] === STAR) return true;
  if (serviceSegmentHasWildcard(pattern)) return false;
  // One state per pattern position, so that no pattern makes it slow.
  let states = close(new Set([0]), pattern);
  for (const unit of arn) {
    const next = new Set<number>();
    for (const at of states) {
      const want = pattern[at];
      if (want === unit || (want === ANY_ONE && unit !== COLON)) next.add(at + 1);
      else if (want === STAR && (unit !== COLON || endsSegment(pattern, at))) next.add(at);
    }
    states = close(next, pattern);
  }
  return states.has(pattern.length);
}

/** Adds the states behind stars, which may match nothing. */
function close(states: Set<number>, pattern: Glob): Set<number> {
  for (const at of states) if (pattern[at] === STAR) states.add(at + 1);
  return states;
}

function endsSegment(pattern: Glob, at: number): boolean {
  const next = pattern[at + 1];
  return next === undefined || next === COLON;
}

function serviceSegmentHasWildcard(pattern: Glob): boolean {
  let segment = 0;
  for (const unit of pattern) {
    if (unit === COLON) segment += 1;
    else if (segment === SERVICE_SEGMENT && (unit === STAR || unit === ANY_ONE)) return true;
    if (segment > SERVICE_SEGMENT) return false;
  }
  return false;
}
