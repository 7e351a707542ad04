import type { PatternNode } from './pattern-syntax.ts';

/** The lengths that a pattern can match. */
export function lengths(node: PatternNode): { readonly min: number; readonly max: number } {
  switch (node.type) {
    case 'chars':
      return { min: 1, max: 1 };
    case 'ahead':
      return { min: 0, max: 0 };
    case 'repeat': {
      const inner = lengths(node.node);
      return { min: inner.min * node.min, max: inner.max * node.max };
    }
    case 'sequence': {
      const inner = node.items.map(lengths);
      return { min: sum(inner.map((item) => item.min)), max: sum(inner.map((item) => item.max)) };
    }
    case 'choice': {
      const inner = node.options.map(lengths);
      return { min: Math.min(...inner.map((item) => item.min)), max: Math.max(...inner.map((item) => item.max)) };
    }
  }
}

/**
 * An upper bound for the ways in which a backtracking engine can try to match at one place before it gives up: the
 * product over all parts that can match the same text in several ways. A repetition whose characters cannot begin what
 * follows has just one way.
 */
export function backtracks(node: PatternNode, following: Uint8Array = new Uint8Array(256)): number {
  switch (node.type) {
    case 'chars':
      return 1;
    case 'ahead':
      return backtracks(node.node);
    case 'choice': {
      const ways = node.options.map((option) => backtracks(option, following));
      return areDisjoint(node.options.map((option) => firstSet(option, following))) ? Math.max(...ways) : sum(ways);
    }
    case 'sequence': {
      let product = 1;
      for (let index = node.items.length - 1, after = following; index >= 0; index--) {
        const item = node.items[index] as PatternNode;
        product *= backtracks(item, after);
        after = firstSet(item, after);
      }
      return product;
    }
    case 'repeat':
      return repeatBacktracks(node, following);
  }
}

function repeatBacktracks(node: PatternNode & { type: 'repeat' }, following: Uint8Array): number {
  const begin = firstSet(node.node, new Uint8Array(256));
  const next = union(begin, following);
  const choices = node.max > node.min && overlap(begin, following) ? node.max - node.min + 1 : 1;
  const inner = backtracks(node.node, next);
  return choices * (inner === 1 ? 1 : inner ** Math.min(node.max, 64));
}

/** Whether every match has a character that is not in a set. */
export function alwaysLeaves(node: PatternNode, set: Uint8Array): boolean {
  switch (node.type) {
    case 'chars':
      return !overlap(node.set, set);
    case 'ahead':
      return false;
    case 'choice':
      return node.options.every((option) => alwaysLeaves(option, set));
    case 'sequence':
      return node.items.some((item) => alwaysLeaves(item, set));
    case 'repeat':
      return node.min > 0 && alwaysLeaves(node.node, set);
  }
}

/** Characters that can begin a match; of what follows, where the node can match nothing. */
function firstSet(node: PatternNode, following: Uint8Array): Uint8Array {
  switch (node.type) {
    case 'chars':
      return node.set;
    case 'ahead':
      return following;
    case 'choice':
      return node.options.map((option) => firstSet(option, following)).reduce(union);
    case 'sequence':
      return node.items.reduceRight((after, item) => firstSet(item, after), following);
    case 'repeat': {
      const begin = firstSet(node.node, following);
      return node.min === 0 ? union(begin, following) : begin;
    }
  }
}

/** Characters that can end a match: one of them behind it would mean that it is cut out of something longer. */
export function lastSet(node: PatternNode, preceding: Uint8Array = new Uint8Array(256)): Uint8Array {
  switch (node.type) {
    case 'chars':
      return node.set;
    case 'ahead':
      return preceding;
    case 'choice':
      return node.options.map((option) => lastSet(option, preceding)).reduce(union);
    case 'sequence':
      return node.items.reduce((before, item) => lastSet(item, before), preceding);
    case 'repeat': {
      const end = lastSet(node.node, preceding);
      return node.min === 0 ? union(end, preceding) : end;
    }
  }
}

/** The strings that every match begins with, in lower case; undefined when they are more than a few or none. */
export function leadingLiterals(node: PatternNode): readonly string[] | undefined {
  const { texts } = expand(node);
  return texts.length > 0 && texts.every((text) => text !== '') ? texts : undefined;
}

const MOST_LITERALS = 64;

/** What can be spelled out from the beginning of a node, and whether that is all of it. */
function expand(node: PatternNode): { texts: readonly string[]; whole: boolean } {
  const stop = { texts: [''], whole: false };
  switch (node.type) {
    case 'chars': {
      const letters = new Set([...node.set.keys()].filter((code) => node.set[code] === 1).map(lowerCase));
      return letters.size <= 4 ? { texts: [...letters], whole: true } : stop;
    }
    case 'ahead':
      return { texts: [''], whole: true };
    case 'choice': {
      const all = node.options.map(expand);
      return { texts: all.flatMap((one) => one.texts), whole: all.every((one) => one.whole) };
    }
    case 'repeat': {
      if (node.min === 0) return stop;
      const once = expand(node.node);
      return { texts: once.texts, whole: once.whole && node.max === 1 };
    }
    case 'sequence': {
      let texts: readonly string[] = [''];
      for (const item of node.items) {
        const next = expand(item);
        const longer = texts.flatMap((text) => next.texts.map((more) => text + more));
        if (longer.length > MOST_LITERALS) return { texts, whole: false };
        texts = longer;
        if (!next.whole) return { texts, whole: false };
      }
      return { texts, whole: true };
    }
  }
}

function lowerCase(code: number): string {
  return String.fromCharCode(code).toLowerCase();
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function union(one: Uint8Array, other: Uint8Array): Uint8Array {
  return one.map((flag, code) => flag | (other[code] as number));
}

function areDisjoint(sets: readonly Uint8Array[]): boolean {
  return sets.every((set, index) => sets.slice(index + 1).every((other) => !overlap(set, other)));
}

function overlap(one: Uint8Array, other: Uint8Array): boolean {
  return one.some((flag, code) => flag === 1 && other[code] === 1);
}
