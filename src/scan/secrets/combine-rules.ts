import { matchesSegmentGlob } from '../../model/segment-glob.ts';
import { loadRules } from './load-rules.ts';
import type { Rule } from './rule.ts';
import type { SecretSettings } from './secret-settings.ts';

/**
 * The built-in rules without those that are disabled, and users' own before them: of two that are as sure of the same text,
 * that of the user wins, who knows better.
 *
 * @throws AppError ERR_CONFIG_INVALID with file:line:column for the first thing that is wrong with a user's rule, such as
 * an id that a built-in rule has which is not disabled.
 */
export function combineRules(builtIn: readonly Rule[], { files, disable }: SecretSettings): readonly Rule[] {
  const kept = disable.length === 0 ? builtIn : builtIn.filter(({ id }) => !disable.some((one) => names(one, id)));
  if (files.length === 0) return kept;
  const taken = new Map(kept.map(({ id }) => [id, 'a built-in file']));
  const own = loadRules(files, taken);
  return [...own.map((rule) => ({ ...rule, order: rule.order - own.length })), ...kept];
}

/** What of `disable` names no built-in rule: a slip of the pen, or a rule that is gone. */
export function idleDisables(builtIn: readonly Rule[], { disable }: SecretSettings): readonly string[] {
  return disable.filter((pattern) => !builtIn.some(({ id }) => names(pattern, id)));
}

function names(pattern: string, id: string): boolean {
  return matchesSegmentGlob(pattern, id);
}
