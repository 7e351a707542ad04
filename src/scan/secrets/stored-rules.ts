import { hash } from 'node:crypto';
import { KEYWORD_SEARCH_WASM } from './prefilter/keyword-search-wasm.ts';
import type { SearchImage } from './prefilter/search-image.ts';
import type { Rule } from './rule.ts';

/**
 * Rules in the form in which the build stores them, so that a run need not read and check YAML again: that takes longer
 * than the scan of a small tree. Examples are left out.
 */
export function storeRules(rules: readonly Rule[]): string {
  const stored = rules.map((rule) => ({ ...rule, examples: { match: [], ignore: [] } }));
  return JSON.stringify({ form: FORM, rules: stored }, (_, value: unknown) => {
    if (value instanceof RegExp) return { $pattern: value.source, flags: value.flags };
    if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') };
    return value;
  });
}

/**
 * Reads what `storeRules` wrote. It was checked when it was built, and stands beside the program: it is as trusted as that.
 * Patterns are made when they are asked for: those of most rules never are.
 *
 * @returns undefined when it is of another version of lapse.
 */
export function storedRules(text: string): readonly Rule[] | undefined {
  const stored: unknown = JSON.parse(text);
  if (typeof stored !== 'object' || stored === null || !('form' in stored) || !('rules' in stored)) return undefined;
  if (stored.form !== FORM) return undefined;
  const rules = stored.rules as readonly Rule[];
  for (const rule of rules) {
    reviveFields(rule);
    for (const companion of rule.companions) reviveFields(companion);
  }
  return rules;
}

function reviveFields(object: object): void {
  for (const [field, value] of Object.entries(object)) {
    if (typeof value !== 'object' || value === null || !('$pattern' in value || '$bytes' in value)) continue;
    Object.defineProperty(object, field, {
      configurable: true,
      enumerable: true,
      get() {
        const made = revived(value);
        Object.defineProperty(object, field, { value: made });
        return made;
      },
    });
  }
}

function revived(stored: { readonly $pattern?: string; readonly flags?: string; readonly $bytes?: string }): unknown {
  return stored.$pattern === undefined
    ? new Uint8Array(Buffer.from(stored.$bytes ?? '', 'base64'))
    : new RegExp(stored.$pattern, stored.flags);
}

/** Counted up when the form of a rule changes. */
const FORM = 4;

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
