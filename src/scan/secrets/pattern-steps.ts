import { backtracks, lengths } from './pattern-limits.ts';
import type { PatternNode } from './pattern-syntax.ts';

/**
 * Counts the steps that a backtracking engine takes to find or to refuse a match at one place: one per character that is
 * compared and per way that is given up. So a pattern is measured the same way on every machine, without a clock.
 *
 * @param most - counting stops there.
 */
export function matchSteps(node: PatternNode, text: string, at: number, most: number): number {
  const counter = new Counter(text, most);
  counter.match(node, at, () => true);
  return Math.min(counter.steps, most);
}

type Then = (at: number) => boolean;

class Counter {
  steps = 0;
  readonly #text: string;
  readonly #most: number;

  constructor(text: string, most: number) {
    this.#text = text;
    this.#most = most;
  }

  /** Whether the node and what comes after it match; true as well when there are too many steps, to come to an end. */
  match(node: PatternNode, at: number, then: Then): boolean {
    if (this.#step()) return true;
    switch (node.type) {
      case 'chars':
        return at < this.#text.length && node.set[this.#text.charCodeAt(at)] === 1 && then(at + 1);
      case 'ahead':
        return this.match(node.node, at, () => true) !== node.negative && then(at);
      case 'choice':
        return node.options.some((option) => this.match(option, at, then));
      case 'sequence':
        return this.#sequence(node.items, 0, at, then);
      case 'repeat':
        return isPlain(node.node) ? this.#plainRepeat(node, at, then) : this.#repeat(node, 0, at, then);
    }
  }

  #sequence(items: readonly PatternNode[], index: number, at: number, then: Then): boolean {
    const item = items[index];
    return item === undefined ? then(at) : this.match(item, at, (next) => this.#sequence(items, index + 1, next, then));
  }

  /** What has one way and one length is taken as often as it goes, and given back one by one: without a call for each. */
  #plainRepeat({ node, min, max }: PatternNode & { type: 'repeat' }, at: number, then: Then): boolean {
    const ends = [at];
    for (let end: number | undefined = at; ends.length <= max; ) {
      end = this.#once(node, end);
      if (end === undefined) break;
      ends.push(end);
    }
    for (let count = ends.length - 1; count >= min; count--) {
      if (this.#step() || then(ends[count] as number)) return true;
    }
    return false;
  }

  #once(node: PatternNode, at: number): number | undefined {
    let end: number | undefined;
    const matched = this.match(node, at, (next) => {
      end = next;
      return true;
    });
    return matched ? end : undefined;
  }

  #repeat(node: PatternNode & { type: 'repeat' }, count: number, at: number, then: Then): boolean {
    const more =
      count < node.max && this.match(node.node, at, (next) => next > at && this.#repeat(node, count + 1, next, then));
    return more || (count >= node.min && then(at));
  }

  #step(): boolean {
    this.steps++;
    return this.steps >= this.#most;
  }
}

function isPlain(node: PatternNode): boolean {
  const { min, max } = lengths(node);
  return min === max && min > 0 && backtracks(node) === 1;
}
