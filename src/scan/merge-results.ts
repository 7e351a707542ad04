import type { ScannerCounts, ScanResult } from './run.ts';

/** The result of a scan whose parts were read by themselves, in the order of the parts. */
export function mergeResults(parts: readonly ScanResult[]): ScanResult {
  const problems = parts.flatMap((part) => part.problems);
  return {
    files: {
      seen: sum(parts.map((part) => part.files.seen)),
      read: sum(parts.map((part) => part.files.read)),
      bytes: sum(parts.map((part) => part.files.bytes)),
    },
    skipped: addUp(parts.map((part) => part.skipped)),
    scanners: mergeCounts(parts.map((part) => part.scanners)),
    problems,
    notices: parts.flatMap((part) => part.notices),
    used: [...new Set(parts.flatMap((part) => part.used))].sort(),
    whole: parts.flatMap((part) => part.whole),
    complete: problems.length === 0,
    scopes: parts.flatMap((part) => part.scopes),
  };
}

function mergeCounts(parts: readonly ScanResult['scanners'][]): ScanResult['scanners'] {
  const merged: Record<string, ScannerCounts> = {};
  for (const part of parts) {
    for (const [id, counts] of Object.entries(part)) {
      const known = merged[id] ?? { formats: {}, files: 0, facts: {} };
      merged[id] = {
        formats: addUp([known.formats, counts.formats]),
        files: known.files + counts.files,
        facts: addUp([known.facts, counts.facts]),
      };
    }
  }
  return merged;
}

function addUp<K extends string>(parts: readonly Readonly<Partial<Record<K, number>>>[]): Record<K, number> {
  const total: Partial<Record<string, number>> = {};
  for (const part of parts)
    for (const [name, count] of Object.entries<number | undefined>(part))
      total[name] = (total[name] ?? 0) + (count ?? 0);
  return total as Record<K, number>;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
