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
 *
 * @returns undefined when it is of another version of lapse.
 */
export function storedRules(text: string): readonly Rule[] | undefined {
  const stored: unknown = JSON.parse(text, revive);
  if (typeof stored !== 'object' || stored === null || !('form' in stored) || !('rules' in stored)) return undefined;
  return stored.form === FORM ? (stored.rules as readonly Rule[]) : undefined;
}

function revive(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('$pattern' in value && 'flags' in value) return new RegExp(String(value.$pattern), String(value.flags));
  if ('$bytes' in value) return new Uint8Array(Buffer.from(String(value.$bytes), 'base64'));
  return value;
}

/** Counted up when the form of a rule changes. */
const FORM = 3;
