import { matchesSegmentGlob } from '../../model/segment-glob.ts';
import type { Rule } from './rule.ts';
import type { SecretSettings } from './secret-settings.ts';

/**
 * The built-in rules without those that are disabled, and users' own before them: of two that are as sure of the same text,
 * that of the user wins, who knows better.
 *
 * @throws AppError ERR_CONFIG_INVALID with file:line:column for the first thing that is wrong with a user's rule, such as
 * an id that a built-in rule has which is not disabled.
 */
export async function combineRules(
  builtIn: readonly Rule[],
  { files, disable }: SecretSettings,
): Promise<readonly Rule[]> {
  const kept = withoutDisabled(builtIn, disable);
  if (files.length === 0) return kept;
  // Most runs have no rules of users: what reads and checks them is large.
  const { loadRules } = await import('./load-rules.ts');
  const taken = new Map(kept.map(({ id }) => [id, 'a built-in file']));
  const own = loadRules(files, taken);
  return [...own.map((rule) => ({ ...rule, order: rule.order - own.length })), ...kept];
}

/** The rules that `disable` leaves. */
export function withoutDisabled(rules: readonly Rule[], disable: SecretSettings['disable']): readonly Rule[] {
  return disable.length === 0 ? rules : rules.filter(({ id }) => !disable.some((one) => names(one, id)));
}

/** What of `disable` names no built-in rule: a slip of the pen, or a rule that is gone. */
export function idleDisables(builtIn: readonly Rule[], { disable }: SecretSettings): readonly string[] {
  return disable.filter((pattern) => !builtIn.some(({ id }) => names(pattern, id)));
}

function names(pattern: string, id: string): boolean {
  return matchesSegmentGlob(pattern, id);
}
