import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { RuleFileText } from './load-rules.ts';
import type { Rule } from './rule.ts';

const storedFile = z.object({ hash: z.string(), rules: z.array(z.looseObject({ id: z.string() })) });
const storedPattern = z.strictObject({ $pattern: z.string(), flags: z.string() });
const storedBytes = z.strictObject({ $bytes: z.string() });

/**
 * Rules in the form in which the build stores them, so that a run need not read and check YAML again: that takes longer
 * than the scan of a small tree. Examples are left out.
 */
export function storeRules(rules: readonly Rule[], files: readonly RuleFileText[]): string {
  const stored = rules.map((rule) => ({ ...rule, examples: { match: [], ignore: [] } }));
  return JSON.stringify({ hash: hashOf(files), rules: stored }, (_, value: unknown) => {
    if (value instanceof RegExp) return { $pattern: value.source, flags: value.flags };
    if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') };
    return value;
  });
}

/**
 * Reads what `storeRules` wrote.
 *
 * @returns undefined when it is not of these rule files, or of another version of lapse.
 */
export function storedRules(text: string, files: readonly RuleFileText[]): readonly Rule[] | undefined {
  const parsed = storedFile.safeParse(JSON.parse(text, revive));
  if (!parsed.success || parsed.data.hash !== hashOf(files)) return undefined;
  return parsed.data.rules as unknown as readonly Rule[];
}

function revive(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('$pattern' in value) {
    const { $pattern, flags } = storedPattern.parse(value);
    return new RegExp($pattern, flags);
  }
  if ('$bytes' in value) return new Uint8Array(Buffer.from(storedBytes.parse(value).$bytes, 'base64'));
  return value;
}

/** Counted up when the form of a rule changes. */
const FORM = 2;

function hashOf(files: readonly RuleFileText[]): string {
  const hash = createHash('sha256').update(`${FORM}\0`);
  for (const { path, text } of files) hash.update(`${path}\0${text.length}\0${text}`);
  return hash.digest('hex');
}
