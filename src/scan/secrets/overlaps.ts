import { compareConfidence } from '../../model/static-secret.ts';
import type { Candidate } from './candidate.ts';
import type { DecodedText } from './encodings/decoded-text.ts';

/** A candidate with its place in the whole text. */
export interface Placed {
  readonly candidate: Candidate;
  readonly start: number;
  readonly end: number;
  /** UTF-16 units on its first line. */
  readonly units: number;
  readonly value: string;
  /** How many lines further the id stands that it belongs to. */
  readonly idLines: number;
  readonly item?: string;
  /** The piece that it stands somewhere in, where that is all that is known: then others may have the same place. */
  readonly within?: DecodedText;
  /** The forms that it is written in there, from the outside in. */
  readonly encoding?: string;
}

/** With its line and column. */
export interface Located extends Placed {
  readonly line: number;
  readonly column: number;
}

/** Of those that share text, the surest; of equally sure ones, that of the earlier rule. In the order of the text. */
export function withoutOverlaps(placed: readonly Located[]): readonly Located[] {
  const byRank = [...placed].sort(
    (a, b) =>
      compareConfidence(a.candidate.confidence, b.candidate.confidence) ||
      // What shows itself whole is no part of something else: `api-<uuid>` within `px-api-<uuid>`.
      (a.candidate.confidence === 'structured' ? b.end - b.start - (a.end - a.start) : 0) ||
      (a.candidate.distance ?? 0) - (b.candidate.distance ?? 0) ||
      a.candidate.rule.order - b.candidate.rule.order ||
      a.start - b.start,
  );
  const kept: Located[] = [];
  const taken = new Intervals();
  for (const one of byRank) if (taken.add(one)) kept.push(one);
  return kept.sort((a, b) => a.start - b.start);
}

/**
 * A token of a known vendor in a larger thing is told as the vendor's; what the thing says of it is told with it: the server
 * of an agent, the resource of a state.
 */
export function withFactsOfContainers(kept: readonly Located[], placed: readonly Located[]): readonly Located[] {
  const containers = placed.filter(
    ({ candidate, within }) =>
      candidate.rule.form === 'extract' && candidate.decoded.facts !== undefined && within === undefined,
  );
  if (containers.length === 0) return kept;
  const told = new Map(containers.map(({ start, end, candidate }) => [`${start}-${end}`, candidate.decoded.facts]));
  return kept.map((one) => {
    const facts = one.within === undefined ? told.get(`${one.start}-${one.end}`) : undefined;
    if (facts === undefined) return one;
    const { candidate } = one;
    return {
      ...one,
      candidate: { ...candidate, decoded: { ...candidate.decoded, facts: { ...facts, ...candidate.decoded.facts } } },
    };
  });
}

/** Those whose text another rule has, and which; what the same rule sees by another of its keywords is the same. */
export function* overlapped(
  placed: readonly Located[],
  surest: readonly Located[],
): Generator<Located & { readonly by: string }> {
  const known = new Set(surest);
  for (const one of placed) {
    if (known.has(one)) continue;
    const winner = surest.find((other) => other.start < one.end && other.end > one.start);
    const isTwin = winner?.candidate.rule === one.candidate.rule && winner.start === one.start;
    if (winner !== undefined && !isTwin) yield { ...one, by: winner.candidate.rule.id };
  }
}

/** Intervals that do not touch each other, kept in order; those that stand somewhere in the same piece may. */
class Intervals {
  readonly #taken: Located[] = [];

  /** Adds an interval unless it overlaps one that is there. */
  add(one: Located): boolean {
    const taken = this.#taken;
    let low = 0;
    let high = taken.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((taken[middle] as Located).start < one.start) low = middle + 1;
      else high = middle;
    }
    if (overlap(taken[low], one) || overlap(taken[low - 1], one)) return false;
    taken.splice(low, 0, one);
    return true;
  }
}

function overlap(one: Located | undefined, other: Located): boolean {
  if (one === undefined || (one.within !== undefined && one.within === other.within)) return false;
  return one.start < other.end && other.start < one.end;
}
