import { hash } from 'node:crypto';
import { KEYWORD_SEARCH_WASM } from './prefilter/keyword-search-wasm.ts';
import type { SearchImage } from './prefilter/search-image.ts';
import type { Rule } from './rule.ts';
import { type RuleFacts, ruleFacts } from './rule-set.ts';

/** What of all rules is needed before a keyword is met, as one line of JSON; each rule follows in a line of its own. */
interface StoredIndex {
  readonly form: number;
  readonly keywords: readonly string[];
  /** By the index of the keyword: which rules it leads to. */
  readonly plans: readonly (readonly number[])[];
  readonly openings: readonly string[];
  readonly completeFor: readonly string[];
}

/**
 * Rules in the form in which the build stores them, so that a run need not read and check YAML again: that takes longer
 * than the scan of a small tree. Examples are left out.
 */
export function storeRules(rules: readonly Rule[]): string {
  const { keywords, rulesOf, openings, completeFor } = ruleFacts(rules);
  const plans = keywords.map((_, keyword) => rulesOf(keyword).map((rule) => rules.indexOf(rule)));
  const index: StoredIndex = { form: FORM, keywords, plans, openings, completeFor };
  return [index, ...rules.map((rule) => ({ ...rule, examples: { match: [], ignore: [] } }))]
    .map((line) => JSON.stringify(line, storedField))
    .join('\n');
}

function storedField(_: string, value: unknown): unknown {
  if (value instanceof RegExp) return { $pattern: value.source, flags: value.flags };
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') };
  return value;
}

/**
 * Reads what `storeRules` wrote. It was checked when it was built, and stands beside the program: it is as trusted as that.
 * Each rule is read when it is asked for: most never are.
 *
 * @returns undefined when it is of another version of lapse.
 */
export function storedRules(text: string): RuleFacts | undefined {
  const [first = '', ...lines] = text.split('\n');
  const index: StoredIndex = JSON.parse(first);
  if (index.form !== FORM) return undefined;
  const { keywords, plans, openings, completeFor } = index;
  const read: (Rule | undefined)[] = [];
  const rule = (place: number): Rule => {
    const known = read[place] ?? readRule(lines[place] ?? '');
    read[place] = known;
    return known;
  };
  return {
    keywords,
    openings,
    completeFor,
    rulesOf: (keyword) => (plans[keyword] ?? []).map(rule),
    all: () => lines.map((_, place) => rule(place)),
  };
}

function readRule(line: string): Rule {
  const rule: Rule = JSON.parse(line);
  reviveFields(rule);
  for (const companion of rule.companions) reviveFields(companion);
  return rule;
}

function reviveFields(object: object): void {
  for (const [field, value] of Object.entries(object))
    if (typeof value === 'object' && value !== null && ('$pattern' in value || '$bytes' in value))
      Object.assign(object, { [field]: revived(value) });
}

function revived(stored: { readonly $pattern?: string; readonly flags?: string; readonly $bytes?: string }): unknown {
  return stored.$pattern === undefined
    ? new Uint8Array(Buffer.from(stored.$bytes ?? '', 'base64'))
    : new RegExp(stored.$pattern, stored.flags);
}

/** Counted up when the form of a rule changes. */
const FORM = 5;

/** The image of the keywords of the rules, as the build stores it beside them: making it takes longer than reading all rules. */
export function storeImage({ bytes, overlap, behind, ahead }: SearchImage, keywords: readonly string[]): Uint8Array {
  return Buffer.concat([madeFor(keywords), new Uint8Array(Uint32Array.of(overlap, behind, ahead).buffer), bytes]);
}

/**
 * Reads what `storeImage` wrote.
 *
 * @returns undefined when it is of other keywords or for another search: it would be read as what it is not.
 */
export function storedImage(stored: Buffer, keywords: readonly string[]): SearchImage | undefined {
  if (!madeFor(keywords).equals(stored.subarray(0, DIGEST_BYTES))) return undefined;
  const [overlap, behind, ahead] = [0, 4, 8].map((at) => stored.readUInt32LE(DIGEST_BYTES + at)) as [
    number,
    number,
    number,
  ];
  return { overlap, behind, ahead, bytes: stored.subarray(DIGEST_BYTES + 12) };
}

const DIGEST_BYTES = 32;

function madeFor(keywords: readonly string[]): Buffer {
  return hash('sha256', `${keywords.join('\n')}\0${KEYWORD_SEARCH_WASM}`, 'buffer');
}
