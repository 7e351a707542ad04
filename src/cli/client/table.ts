import { escapeControl } from '../../report/escape.ts';

/** Rows for a terminal: the last column is as long as it is, the others as wide as their widest, up to a bound. */
export function table(rows: readonly (readonly string[])[]): string {
  const safe = rows.map((row) => row.map(escapeControl));
  const widths = safe.reduce<readonly number[]>(
    (known, row) => row.map((cell, at) => Math.min(48, Math.max(known[at] ?? 0, cell.length))),
    [],
  );
  const line = (row: readonly string[]) =>
    row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0))).join('  ');
  return safe.map((row) => `${line(row)}\n`).join('');
}
