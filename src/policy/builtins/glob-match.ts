import { isArray, type RegoValue } from '../evaluation/value.ts';
import { type Builtin, LeftToOpa } from './builtin.ts';
import { stringAt } from './operands.ts';

/** What stands for itself, and stars and question marks, few enough that matching cannot take long. */
const PLAIN = /^[^*?[\]{}\\]*(?:(?:\*{1,2}|\?)[^*?[\]{}\\]+){0,4}(?:\*{1,2}|\?)?$/;
const WILDCARD = /\*\*|\*|\?/g;

/** Patterns come from policies, which have few, or from data, which may have many. */
const MOST_KEPT = 1_000;
const kept = new Map<string, RegExp>();

/**
 * `glob.match` for patterns of text, `*`, `**` and `?`. Classes, alternatives and escapes are OPA's; the WASM runtime takes
 * those that are malformed for patterns that match nothing.
 */
export const globMatch: Builtin = (operands) => {
  const [pattern, delimiters, text] = [stringAt(operands, 0), delimitersOf(operands[1] ?? null), stringAt(operands, 2)];
  if (!PLAIN.test(pattern)) throw new LeftToOpa('more than stars');
  const key = JSON.stringify([pattern, delimiters]);
  const expression = kept.get(key) ?? compile(pattern, delimiters);
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(key, expression);
  return expression.test(text);
};

/** None of them: a star goes everywhere. An empty list: only dots stop it. */
function delimitersOf(value: RegoValue): readonly string[] {
  if (value === null) return [];
  if (!isArray(value)) throw new LeftToOpa('no array');
  const delimiters = value.map((_, index) => stringAt(value, index));
  if (delimiters.some((each) => [...each].length !== 1)) throw new LeftToOpa('delimiter of several characters');
  return delimiters.length === 0 ? ['.'] : delimiters;
}

function compile(pattern: string, delimiters: readonly string[]): RegExp {
  const within = delimiters.length === 0 ? '.' : `[^${delimiters.map(escapePattern).join('')}]`;
  const parts = pattern.split(WILDCARD).map(escapePattern);
  const wildcards = [...pattern.matchAll(WILDCARD)].map(([each]) => {
    if (each === '?') return within;
    return each === '*' ? `${within}*` : '.*';
  });
  return new RegExp(`^${parts.map((part, index) => part + (wildcards[index] ?? '')).join('')}$`, 'su');
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
