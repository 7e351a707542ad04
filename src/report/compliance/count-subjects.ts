import type { FindingSubject } from '../../graph/subjects.ts';
import { type FactState, factsOf } from './subject-facts.ts';

/** Stand for the platform of static secrets, which are in files of any: as they are now, and in the history of a repository. */
export const FILES = 'files';
export const HISTORY = 'history';

/** What a rule needs that is about history. */
const COMMIT = 'secret.locations.commit';

/** What the report needs to know of a rule. */
export interface AskedRule {
  readonly id: string;
  /** Empty: of any. */
  readonly platforms: readonly string[];
  readonly needs: readonly string[];
}

/** Subjects by whether they tell what a rule needs, and by what they do not. */
export interface SubjectCount extends Readonly<Record<FactState, number>> {
  readonly missing: ReadonlyMap<string, number>;
}

/** By rule and platform. */
export type SubjectCounts = ReadonlyMap<string, ReadonlyMap<string, SubjectCount>>;

/**
 * Counts for each rule how many subjects told what it needs. A principal whose own record was not read tells nothing of itself, and
 * is none.
 */
export function countSubjects(subjects: Iterable<FindingSubject>, rules: readonly AskedRule[]): SubjectCounts {
  const counts = new Map(rules.map(({ id }) => [id, new Map<string, Counter>()]));
  for (const subject of subjects) {
    if (subject.type === 'principal' && subject.principal.seen !== 'listed') continue;
    for (const rule of rules) {
      if (!isAbout(rule, subject)) continue;
      const platform = subject.type === 'secret' ? placeOfSecrets(rule) : subject.principal.platform;
      const ofRule = counts.get(rule.id);
      const count = ofRule?.get(platform) ?? { told: 0, unknown: 0, none: 0, missing: new Map() };
      const { state, missing } = factsOf(subject, rule.needs);
      count[state]++;
      for (const need of missing) count.missing.set(need, (count.missing.get(need) ?? 0) + 1);
      ofRule?.set(platform, count);
    }
  }
  return counts;
}

interface Counter extends Record<FactState, number> {
  readonly missing: Map<string, number>;
}

/** Whether a rule is asked of secrets, of principals, or, where it does not say what it needs, of either. */
export function isOfSecrets({ needs }: AskedRule): boolean | undefined {
  return needs.length === 0 ? undefined : needs.some((need) => need.startsWith('secret.'));
}

/** Where the secrets are that a rule is about. */
export function placeOfSecrets({ needs }: AskedRule): string {
  return needs.includes(COMMIT) ? HISTORY : FILES;
}

function isAbout(rule: AskedRule, subject: FindingSubject): boolean {
  const ofSecrets = isOfSecrets(rule);
  if (ofSecrets !== undefined && ofSecrets !== (subject.type === 'secret')) return false;
  if (subject.type === 'secret')
    return placeOfSecrets(rule) === FILES || subject.secret.locations.some(({ commit }) => commit !== undefined);
  return rule.platforms.length === 0 || rule.platforms.includes(subject.principal.platform);
}
