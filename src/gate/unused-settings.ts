import { builtInRules } from '../../scanners/secrets/index.ts';
import type { Baseline } from '../config/baseline.ts';
import type { Config } from '../config/config.ts';
import type { Finding } from '../model/finding.ts';
import { isObject, type Json } from '../model/json.ts';
import type { Location } from '../model/location.ts';
import type { Problem } from '../model/snapshot.ts';
import { idleDisables } from '../scan/secrets/combine-rules.ts';
import { ignoreName } from '../scan/secrets/finding-ignores.ts';
import { settingsOf } from './secret-settings.ts';

interface Notice {
  readonly message: string;
  readonly location: Location;
}

const CONFIG: Location = { path: 'lapse.yaml' };

/**
 * What of a configuration suppresses nothing in a scan of everything: entries of `scan.ignore` and `scan.disable`, and exceptions from
 * policies that have ended. Whoever wrote them should know that they can go, or never did what they were meant to.
 *
 * @param used - see `ScanResult.used`.
 */
export function unusedSettings(config: Config, used: ReadonlySet<string>, now: Date): readonly Notice[] {
  const today = now.toISOString().slice(0, 10);
  const { ignore, disable } = config.scan;
  const idle = disable.length === 0 ? [] : idleDisables(builtInRules(), settingsOf(config, []));
  return [
    ...ignore.flatMap(({ rule, paths, expires }, index) => {
      if (used.has(ignoreName(index))) return [];
      const ended = expires !== undefined && expires < today;
      const why = ended ? `has expired on ${expires}` : 'leaves nothing out';
      return [{ message: `scan.ignore: ${rule} in ${paths.join(', ')} ${why}`, location: CONFIG }];
    }),
    ...idle.map((pattern) => ({ message: `scan.disable: no built-in rule is called ${pattern}`, location: CONFIG })),
    ...expiredExceptions(config.policy.data.allowed, today),
  ];
}

/** Exceptions from policies whose last day is over: whoever granted them is asked again. */
function expiredExceptions(allowed: Json | undefined, today: string): readonly Notice[] {
  return Object.entries(isObject(allowed) ? allowed : {}).flatMap(([name, entry]) => {
    if (!isObject(entry) || typeof entry.expires !== 'string' || entry.expires >= today) return [];
    const owner = typeof entry.owner === 'string' ? ` of ${entry.owner}` : '';
    const message = `policy.data.allowed: ${name}${owner} has expired on ${entry.expires}, and its findings count again`;
    return [{ message, location: CONFIG }];
  });
}

/** Entries of a baseline that match nothing of all that is there: what they accepted is gone, or is another thing now. */
export function unusedBaseline(
  baseline: Baseline | undefined,
  found: { readonly findings: readonly Finding[]; readonly problems: readonly Problem[] },
  path: string,
): readonly Notice[] {
  if (baseline === undefined) return [];
  const fingerprints = new Set(found.findings.map(({ fingerprint }) => fingerprint));
  const unread = new Set(found.problems.map(({ location }) => location.path));
  return [
    ...baseline.accepted
      .filter(({ fingerprint }) => !fingerprints.has(fingerprint))
      .map(({ rule, subject, fingerprint }) => ({
        message: `accepts what is not there any more: ${rule}, ${subject} (${fingerprint.slice(0, 12)})`,
        location: { path },
      })),
    ...baseline.unreadable
      .filter((entry) => !unread.has(entry.path))
      .map((entry) => ({ message: `accepts ${entry.path} as unreadable, which is read or gone`, location: { path } })),
  ];
}
