import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { RuleFileText } from './load-rules.ts';
import type { Rule } from './rule.ts';

const pattern = z.object({ source: z.string(), flags: z.string() });
const storedRule = z.looseObject({ pattern: pattern.optional(), continues: z.string().optional() });
const storedFile = z.object({ hash: z.string(), rules: z.array(storedRule) });

/**
 * Rules in the form in which the build stores them, so that a run need not read and check YAML again: that takes longer
 * than the scan of a small tree. Examples are left out.
 */
export function storeRules(rules: readonly Rule[], files: readonly RuleFileText[]): string {
  const stored = rules.map((rule) => ({
    ...rule,
    examples: { match: [], ignore: [] },
    ...('pattern' in rule ? { pattern: { source: rule.pattern.source, flags: rule.pattern.flags } } : {}),
    ...('continues' in rule ? { continues: Buffer.from(rule.continues).toString('base64') } : {}),
  }));
  return JSON.stringify({ hash: hashOf(files), rules: stored });
}

/**
 * Reads what `storeRules` wrote.
 *
 * @returns undefined when it is not of these rule files, or of another version of lapse.
 */
export function storedRules(text: string, files: readonly RuleFileText[]): readonly Rule[] | undefined {
  const parsed = storedFile.safeParse(JSON.parse(text));
  if (!parsed.success || parsed.data.hash !== hashOf(files)) return undefined;
  return parsed.data.rules.map(({ pattern: expression, continues, ...rest }) => ({
    ...rest,
    ...(expression === undefined ? {} : { pattern: new RegExp(expression.source, expression.flags) }),
    ...(continues === undefined ? {} : { continues: new Uint8Array(Buffer.from(continues, 'base64')) }),
  })) as unknown as readonly Rule[];
}

/** Counted up when the form of a rule changes. */
const FORM = 1;

function hashOf(files: readonly RuleFileText[]): string {
  const hash = createHash('sha256').update(`${FORM}\0`);
  for (const { path, text } of files) hash.update(`${path}\0${text.length}\0${text}`);
  return hash.digest('hex');
}
