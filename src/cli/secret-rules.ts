import type { StaticSecret } from '../model/static-secret.ts';
import type { ReportedSecretRule } from '../report/report.ts';
import type { SecretScanner } from '../scan/secrets/secret-scanner.ts';

/** What the rules say that found these secrets; nothing is loaded when there are none. */
export function secretRulesOf(
  secrets: readonly StaticSecret[],
  scanner: SecretScanner | undefined,
): ReadonlyMap<string, ReportedSecretRule> {
  if (secrets.length === 0 || scanner === undefined) return new Map();
  const used = new Set(secrets.map(({ rule }) => rule));
  return new Map(scanner.rules().flatMap((rule) => (used.has(rule.id) ? [[rule.id, rule]] : [])));
}
