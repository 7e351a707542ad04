import type { Coverage } from './inventory-store.ts';

/**
 * Answers whether a unit was read to its end. A path of the coverage stands for itself and for everything below it; an
 * empty path, or `.`, for everything.
 */
export function covers(coverage: Coverage): (unit: string) => boolean {
  if (coverage.read === 'all') return () => true;
  if (coverage.read === 'except') {
    const failed = insideOf(coverage.paths);
    return (unit) => !failed(unit);
  }
  const [asked, failed] = [insideOf(coverage.paths), insideOf(coverage.except ?? [])];
  return (unit) => asked(unit) && !failed(unit);
}

function insideOf(paths: readonly string[]): (unit: string) => boolean {
  const named = new Set(paths.map((path) => path.replace(/^\.(?:\/|$)/, '').replace(/\/+$/, '')));
  return (unit) => {
    if (named.has('') || named.has(unit)) return true;
    for (let end = unit.lastIndexOf('/'); end > 0; end = unit.lastIndexOf('/', end - 1))
      if (named.has(unit.slice(0, end))) return true;
    return false;
  };
}
