import type { Gap, ReportedSource, RuleResult } from './compliance-report.ts';
import { type AskedRule, FILES, HISTORY, isOfSecrets, placeOfSecrets, type SubjectCounts } from './count-subjects.ts';

/** What rules were judged on. */
export interface AssessedView {
  readonly counts: SubjectCounts;
  readonly sources: readonly ReportedSource[];
  /** Platforms whose identities have records of their own. */
  readonly listed: ReadonlySet<string>;
  /** Whether a platform is asked about at all. */
  asked(platform: string): boolean;
  /** Rules that data silences: altogether, or some of their cases. */
  readonly off: ReadonlyMap<string, 'all' | 'some'>;
  /** Why no rule can be taken to have been asked. */
  readonly unasked?: Pick<Gap, 'kind' | 'why'>;
  /** Subjects that no rule could judge. */
  readonly unjudged: number;
}

/** How far a rule could say something, and what keeps it from saying more. */
export function assessRule(
  rule: AskedRule & Pick<RuleResult, 'title' | 'severity'>,
  view: AssessedView,
): { readonly result: RuleResult; readonly gaps: readonly Gap[] } {
  const { id, title, severity } = rule;
  const off = view.off.get(id);
  const looks = platformsOf(rule, view).map((platform) => lookAt(platform, rule, view));
  const platforms = looks.flatMap(({ platform, subjects }) => (subjects === undefined ? [] : [platform]));
  const gaps = [
    ...(view.unasked === undefined ? [] : [view.unasked]),
    ...(off === undefined ? [] : [offGap(off)]),
    ...looks.flatMap(({ gaps: own }) => own),
    ...(view.unjudged === 0 ? [] : [unjudgedGap(view.unjudged)]),
    ...sourceGaps(platforms, view),
  ];
  const assessed = platforms.length > 0 && view.unasked === undefined && off !== 'all';
  return {
    result: {
      id,
      title,
      severity,
      assessed,
      platforms: assessed ? platforms : [],
      subjects: assessed ? looks.reduce((sum, { subjects = 0 }) => sum + subjects, 0) : 0,
    },
    gaps: gaps.map((gap) => ({ ...gap, rules: [id] })),
  };
}

/** What keeps a control from being clear. A platform that nobody scans is told, but does not weaken what others say. */
export function weakens({ kind }: Pick<Gap, 'kind'>): boolean {
  return kind !== 'not-scanned' && kind !== 'outside';
}

/** What is wrong with the sources of a view, as far as they tell of these platforms; those that told of none may have told of any. */
export function sourceGaps(
  platforms: readonly string[],
  { sources }: Pick<AssessedView, 'sources'>,
): readonly Omit<Gap, 'rules'>[] {
  return sources
    .filter((source) => source.platforms.length === 0 || source.platforms.some((name) => platforms.includes(name)))
    .flatMap(({ source, at, complete, stale, unread, problems }) => [
      ...(complete
        ? []
        : [
            {
              kind: 'incomplete' as const,
              why: `${source} was not read completely: ${counted(problems.length, 'problem')}, ${counted(unread, 'file')} left as before`,
            },
          ]),
      ...(stale ? [{ kind: 'stale' as const, why: `${source} was not looked at since ${at.slice(0, 10)}` }] : []),
    ]);
}

/** `1 file`, `2 files`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function platformsOf(rule: AskedRule, view: AssessedView): readonly string[] {
  const ofSecrets = isOfSecrets(rule);
  if (ofSecrets === true) return [placeOfSecrets(rule)];
  const named = rule.platforms.length > 0 ? rule.platforms : [...view.listed].sort();
  return [...named.filter((platform) => view.asked(platform)), ...(ofSecrets === undefined ? [FILES] : [])];
}

interface Look {
  readonly platform: string;
  /** Subjects that were judged; absent when the rule could not say anything. */
  readonly subjects?: number;
  readonly gaps: readonly Omit<Gap, 'rules'>[];
}

function lookAt(platform: string, rule: AskedRule, view: AssessedView): Look {
  const count = view.counts.get(rule.id)?.get(platform);
  const { told = 0, unknown = 0, none = 0 } = count ?? {};
  if (platform === FILES || platform === HISTORY) {
    const read = view.sources.some((source) => source.platforms.includes(platform) && source.read > 0);
    if (read) return { platform, subjects: told + unknown, gaps: [] };
    const why =
      platform === FILES
        ? 'no files were searched for secrets'
        : 'no history was searched for secrets, as lapse scan --git-history does';
    return { platform, gaps: [{ kind: 'unknown-facts', why }] };
  }
  if (!view.listed.has(platform))
    return { platform, gaps: [{ kind: 'not-scanned', why: `nothing of ${platform} was scanned` }] };
  const missing = [...(count?.missing ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
  if (told === 0) {
    const never = missing.filter(([, times]) => times === unknown + none).map(([need]) => need);
    const facts = never.length > 0 ? never : rule.needs;
    const why = `${platform}: nothing that was scanned tells ${facts.join(', ') || 'of anybody'}`;
    return { platform, gaps: [{ kind: 'unknown-facts', why }] };
  }
  if (unknown === 0) return { platform, subjects: told, gaps: [] };
  const facts = missing.map(([need]) => need).join(', ');
  const why = `${platform}: ${facts} not known of ${unknown} of ${told + unknown} subjects`;
  return { platform, subjects: told, gaps: [{ kind: 'unknown-facts', why }] };
}

function offGap(off: 'all' | 'some'): Omit<Gap, 'rules'> {
  const why = off === 'all' ? 'switched off in policy data' : 'some of its cases are switched off in policy data';
  return { kind: 'switched-off', why };
}

function unjudgedGap(unjudged: number): Omit<Gap, 'rules'> {
  return { kind: 'not-judged', why: `${counted(unjudged, 'problem')} while judging: some subjects were not judged` };
}
