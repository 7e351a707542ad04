import type { JsonObject } from '../../model/json.ts';
import type { Companion } from './rule.ts';

/** What is looked through on each side, however long the lines are. */
const REACH = 4_096;

/**
 * Looks for what belongs to a secret: for each companion, the nearest match within its lines.
 *
 * @param text - bytes seen as Latin-1; the secret stands from `start` to `end`.
 * @returns the facts that were found; undefined when one that the rule requires is not there.
 */
export function findCompanions(
  text: string,
  companions: readonly Companion[],
  start: number,
  end: number,
): JsonObject | undefined {
  const facts: Record<string, string> = {};
  for (const companion of companions) {
    const value = nearest(text, companion, start, end);
    if (value !== undefined) facts[companion.fact] = value;
    else if (companion.required) return undefined;
  }
  return facts;
}

function nearest(text: string, { pattern, lines }: Companion, start: number, end: number): string | undefined {
  const from = linesBefore(text, start, lines);
  const window = text.slice(from, linesBehind(text, end, lines));
  let best: { value: string; distance: number } | undefined;
  pattern.lastIndex = 0;
  for (let match = pattern.exec(window); match !== null; match = pattern.exec(window)) {
    const [valueStart, valueEnd] = match.indices?.groups?.value ?? [match.index, match.index + match[0].length];
    const value = window.slice(valueStart, valueEnd);
    const isWhole = !/\w/.test(window.charAt(valueStart - 1)) && !/\w/.test(window.charAt(valueEnd));
    const distance = Math.max(from + valueStart - end, start - (from + valueEnd));
    if (isWhole && distance >= 0 && (best === undefined || distance < best.distance)) best = { value, distance };
  }
  return best?.value;
}

function linesBefore(text: string, start: number, lines: number): number {
  const least = Math.max(0, start - REACH);
  let at = start;
  for (let line = 0; line <= lines; line++) {
    if (at <= least) return least;
    at = text.lastIndexOf('\n', at - 1);
  }
  return Math.max(least, at + 1);
}

function linesBehind(text: string, end: number, lines: number): number {
  const most = Math.min(text.length, end + REACH);
  let at = end;
  for (let line = 0; line <= lines; line++) {
    const next = text.indexOf('\n', at);
    if (next < 0 || next >= most) return most;
    at = next + 1;
  }
  return at;
}
