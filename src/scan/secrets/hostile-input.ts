import { CONTEXT_EDGE } from './compile-rule.ts';
import { matchSteps } from './pattern-steps.ts';
import { type PatternNode, parsePattern } from './pattern-syntax.ts';
import type { Rule } from './rule.ts';

/** The most steps that all of a rule's looks at one window may take: some milliseconds. */
export const MOST_STEPS = 3_000_000;

/** In a window, as much as the longest match: the rest repeats. */
const LONGEST_INPUT = 20_000;

/** The pattern of a rule as it is written; undefined for rules without one. */
export function patternOf(rule: Rule): PatternNode | undefined {
  if (rule.form !== 'token' && rule.form !== 'context') return undefined;
  return parsePattern(rule.pattern.source.replace(CONTEXT_EDGE, ''), rule.pattern.ignoreCase);
}

/**
 * Texts that are made to keep a pattern busy: what nearly matches, with all that can be repeated repeated as often as it
 * goes, by characters that as many of its parts as can be accept.
 */
export function hostileInputs(rule: Rule): readonly string[] {
  const node = patternOf(rule);
  if (node === undefined) return [];
  const sets = charSets(node);
  const spoiler = String.fromCharCode(bestCode(sets, -1));
  const [keyword = ''] = rule.keywords;
  return [1, 2].flatMap((nth) => {
    const common = bestCode(sets, nth);
    const longest = spell(node, common, true).slice(0, LONGEST_INPUT);
    const shortest = spell(node, common, false).slice(0, LONGEST_INPUT);
    const filler = String.fromCharCode(common);
    return [
      longest + spoiler,
      longest.slice(0, -1) + spoiler,
      shortest
        .slice(0, -1)
        .repeat(Math.ceil(LONGEST_INPUT / Math.max(1, shortest.length)))
        .slice(0, LONGEST_INPUT),
      (keyword + filler.repeat(40)).repeat(400).slice(0, LONGEST_INPUT) + spoiler,
      keyword + filler.repeat(LONGEST_INPUT) + spoiler,
    ];
  });
}

/**
 * Steps that a rule takes at most on one of its hostile inputs. A pattern that begins with a keyword is tried at one place,
 * any other one at every place of the window before the keyword.
 */
export function worstSteps(rule: Rule): number {
  const node = patternOf(rule);
  if (node === undefined) return 0;
  const sticky = rule.form === 'token' && rule.startsWithKeyword;
  const places = sticky ? 1 : rule.form === 'token' ? rule.before + 1 : 96;
  return Math.max(0, ...hostileInputs(rule).map((text) => stepsAt(node, text, places)));
}

function stepsAt(node: PatternNode, text: string, places: number): number {
  let steps = 0;
  for (let at = 0; at < Math.min(places, text.length) && steps < MOST_STEPS; at++) {
    steps += matchSteps(node, text, at, MOST_STEPS - steps);
  }
  return steps;
}

function charSets(node: PatternNode): readonly Uint8Array[] {
  switch (node.type) {
    case 'chars':
      return [node.set];
    case 'ahead':
    case 'repeat':
      return charSets(node.node);
    case 'sequence':
      return node.items.flatMap(charSets);
    case 'choice':
      return node.options.flatMap(charSets);
  }
}

/** The character that the most sets have (nth 1), the next best (2), or one that the fewest have (-1). */
function bestCode(sets: readonly Uint8Array[], nth: number): number {
  const counted = Array.from({ length: 95 }, (_, index) => {
    const code = 32 + index;
    return { code, count: sets.filter((set) => set[code] === 1).length };
  }).sort((a, b) => b.count - a.count || a.code - b.code);
  return counted.at(nth < 0 ? -1 : nth - 1)?.code ?? 97;
}

/** A text that a node matches, of one character where that is possible. */
function spell(node: PatternNode, code: number, longest: boolean): string {
  switch (node.type) {
    case 'chars':
      return String.fromCharCode(node.set[code] === 1 ? code : Math.max(0, node.set.indexOf(1)));
    case 'ahead':
      return '';
    case 'sequence':
      return node.items.map((item) => spell(item, code, longest)).join('');
    case 'choice': {
      const all = node.options.map((option) => spell(option, code, longest)).sort((a, b) => a.length - b.length);
      return (longest ? all.at(-1) : all[0]) ?? '';
    }
    case 'repeat': {
      const once = spell(node.node, code, longest);
      return once.repeat(Math.min(longest ? node.max : node.min, Math.ceil(LONGEST_INPUT / Math.max(1, once.length))));
    }
  }
}
