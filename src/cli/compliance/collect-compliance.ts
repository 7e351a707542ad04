import { readBaseline } from '../../config/read-baseline.ts';
import { type FindingSubject, findingSubjects } from '../../graph/subjects.ts';
import { compareTexts } from '../../model/compare-texts.ts';
import { type Finding, SEVERITIES, type Severity } from '../../model/finding.ts';
import { matchesSegmentGlob } from '../../model/segment-glob.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import type { PolicyEngine } from '../../policy/engine.ts';
import { type AssessedView, counted, sourceGaps } from '../../report/compliance/assess-rule.ts';
import { buildComplianceReport } from '../../report/compliance/build-compliance-report.ts';
import type {
  ComplianceReport,
  Gap,
  ReportedFinding,
  ResolvedFinding,
} from '../../report/compliance/compliance-report.ts';
import { countSubjects, FILES, HISTORY } from '../../report/compliance/count-subjects.ts';
import type { Framework } from '../../report/compliance/framework.ts';
import type { CliContext } from '../context.ts';
import { refuseUnknownPlatform } from '../inventory/filter-options.ts';
import { type Filters, principalOf, rowFilter } from '../inventory/filters.ts';
import type { Row } from '../inventory/rows.ts';
import { type InventoryView, viewAt } from '../inventory/view.ts';
import { packageVersion } from '../version.ts';
import type { Workspace } from '../workspace.ts';
import { acceptFindings } from './accept-findings.ts';
import { Judgements } from './finding-times.ts';
import { leftOutOfScans } from './left-out-of-scans.ts';
import { silencedByData } from './policy-data.ts';
import { projectIds } from './project-ids.ts';
import { type FactSources, readFacts, reportedSources } from './read-facts.ts';
import type { ReportPoint } from './report-point.ts';

type RowTest = ReturnType<typeof rowFilter>;

/** What a command line asks of a report. */
export interface AskedReport extends ReportPoint {
  readonly framework: Framework;
  readonly filters: Filters;
  readonly since: Date;
  /** A source that was not looked at since then is stale. */
  readonly staleBefore: Date;
  readonly snapshots: readonly Snapshot[];
  readonly threshold: Severity | 'none';
  /** When the report is made. */
  readonly now: Date;
}

/** Puts together what the inventory, the baseline and the policies know for a report of compliance. */
export async function collectCompliance(
  workspace: Workspace,
  engine: PolicyEngine,
  asked: AskedReport,
  cli: CliContext,
): Promise<ComplianceReport> {
  const { config, store } = workspace;
  const { framework, point, moment, filters, since, snapshots, threshold } = asked;
  const { platform, owner, environment } = filters;
  const view = await viewAt(store, point);
  refuseUnknownPlatform(platform, view);
  const passes = rowFilter(filters, view);
  const rules = [...engine.rules.values()].filter(({ family }) => family === 'finding');
  const findings = (await view.findings()).filter((body) => passes({ of: 'findings', body }));
  const facts = await readFacts(store, point.snapshot, new Set(findings.map(({ subject }) => subject)));
  const asksFor = (name: string) => name === FILES || name === HISTORY || platform.length === 0 || fits(platform, name);
  const sources = reportedSources(await store.sources(point.snapshot), facts, {
    known: new Set(rules.flatMap(({ platforms }) => platforms)),
    staleBefore: asked.staleBefore.toISOString(),
  }).filter(({ platforms }) => platforms.length === 0 || platforms.some(asksFor));
  const judgements = new Judgements(snapshots, point.snapshot);
  const { latest, first } = judgements;
  const day = moment.toISOString().slice(0, 10);
  const silenced = await silencedByData(config.policy, day);
  const unasked = whyUnasked(judgements, snapshots, { point: point.snapshot, revision: engine.revision });
  const assessed: AssessedView = {
    counts: countSubjects(subjectsOf(view, passes, moment), rules),
    sources,
    listed: facts.listed,
    asked: asksFor,
    off: silenced.off,
    ...(unasked === undefined ? {} : { unasked }),
    unjudged: latest?.problems.length ?? 0,
  };
  const accepted = await acceptedBy(workspace, { findings, facts, moment }, cli);
  const found: Omit<ReportedFinding, 'controls'>[] = [];
  const gone: Omit<ResolvedFinding, 'controls'>[] = [];
  const unseen = await unseenRows(workspace, point.snapshot);
  const there = new Map(findings.map((finding) => [finding.fingerprint, finding]));
  for await (const history of store.findingHistories(point.snapshot)) {
    const finding = there.get(history.finding.fingerprint);
    if (finding !== undefined) {
      found.push({
        finding,
        ...judgements.times(history),
        sources: [...(facts.of.get(finding.subject)?.sources ?? [])].sort(),
        unseen: unseen.has(finding.subject),
        ...traitsOf(finding, view),
        ...accepted.words.get(finding.fingerprint),
      });
      continue;
    }
    const resolved = judgements.resolution(history, (id) => isThere(id, view));
    if (resolved === undefined || resolved.resolvedAt <= since.toISOString()) continue;
    if (passes({ of: 'findings', body: resolved.finding })) gone.push(resolved);
  }
  return buildComplianceReport({
    framework,
    version: packageVersion(),
    madeAt: asked.now.toISOString(),
    asOf: moment.toISOString(),
    point,
    since: since.toISOString(),
    ...(first === undefined || first.at <= since.toISOString() ? {} : { historyFrom: first.at }),
    filters: { platform, owner, environment },
    ...(latest === undefined ? {} : { judged: { at: latest.at, revision: latest.revision ?? '' } }),
    revision: engine.revision,
    ...(accepted.file === undefined ? {} : { baseline: accepted.file }),
    sources,
    exceptions: [...silenced.exceptions, ...leftOutOfScans(config, rules, day)],
    gaps: wholeGaps(assessed),
    problems: [...sources.flatMap(({ problems }) => problems), ...(latest?.problems ?? [])],
    threshold,
    rules,
    view: assessed,
    found: found.sort(byImportance),
    gone: gone.sort((a, b) => compareTexts(a.resolvedAt, b.resolvedAt) || compareTexts(a.finding.rule, b.finding.rule)),
  });
}

function fits(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => matchesSegmentGlob(pattern.toLowerCase(), name));
}

/** Why no rule can be taken to have been asked about what is there; undefined when all were. */
function whyUnasked(
  judgements: Judgements,
  snapshots: readonly Snapshot[],
  { point, revision }: { readonly point: number; readonly revision: string },
): Pick<Gap, 'kind' | 'why'> | undefined {
  const { latest } = judgements;
  if (latest === undefined) return { kind: 'not-judged', why: 'no policy has judged anything by then' };
  const day = latest.at.slice(0, 10);
  if (latest.revision !== revision)
    return {
      kind: 'other-policy',
      why: `judged on ${day} by other policies or other policy data than those whose controls are listed here: what has no finding may not have been asked; scan again`,
    };
  const later = snapshots.filter(({ id, source }) => id > latest.id && id <= point && source !== 'verify');
  if (later.length === 0) return undefined;
  return { kind: 'not-judged', why: `${counted(later.length, 'source')} were scanned after the policies judged` };
}

/** What makes the whole report incomplete. */
function wholeGaps(view: AssessedView): readonly Gap[] {
  const told = sourceGaps(
    view.sources.flatMap(({ platforms }) => platforms),
    view,
  );
  const unasked = view.unasked === undefined ? [] : [view.unasked];
  const unjudged =
    view.unjudged === 0
      ? []
      : [{ kind: 'not-judged' as const, why: `${counted(view.unjudged, 'problem')} while policies judged` }];
  return [...unasked, ...unjudged, ...told].map((gap) => ({ ...gap, rules: [] }));
}

function* subjectsOf(view: InventoryView, passes: RowTest, moment: Date): Generator<FindingSubject> {
  for (const subject of findingSubjects(view.graph(), moment)) {
    const row: Row =
      subject.type === 'principal'
        ? { of: 'principals', body: subject.principal }
        : { of: 'secrets', body: subject.secret };
    if (passes(row)) yield subject;
  }
}

async function unseenRows({ store }: Workspace, point: number): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for await (const { kind, id } of store.unseen(point)) if (kind !== 'finding') ids.add(id);
  return ids;
}

function isThere(id: string, { inventory: { principals, credentials, secrets } }: InventoryView): boolean {
  return principals.has(id) || credentials.has(id) || secrets.has(id);
}

function traitsOf(
  { subject }: Finding,
  view: InventoryView,
): Pick<ReportedFinding, 'platform' | 'owner' | 'environment'> {
  const principal = principalOf(subject, view);
  const platform = principal?.platform ?? view.inventory.secrets.get(subject)?.platform;
  return {
    ...(platform === undefined ? {} : { platform }),
    ...(principal?.owner === undefined ? {} : { owner: principal.owner.value }),
    ...(principal?.environment === undefined ? {} : { environment: principal.environment }),
  };
}

/** What the baseline, as it is now, says of findings at a moment. */
async function acceptedBy(
  workspace: Workspace,
  {
    findings,
    facts,
    moment,
  }: { readonly findings: readonly Finding[]; readonly facts: FactSources; readonly moment: Date },
  cli: CliContext,
): Promise<{ readonly file?: string; readonly words: ReturnType<typeof acceptFindings> }> {
  const baseline = await readBaseline(workspace.config);
  if (baseline === undefined) return { words: new Map() };
  const units = new Set(
    findings.flatMap(({ subject }) => (subject.startsWith('secret:') ? [...(facts.of.get(subject)?.units ?? [])] : [])),
  );
  const ids =
    baseline.accepted.length === 0 ? new Map() : await projectIds(workspace, { units, key: baseline.key }, cli);
  return { file: workspace.config.check.baseline, words: acceptFindings(findings, baseline, { ids, at: moment }) };
}

function byImportance(a: Pick<ReportedFinding, 'finding'>, b: Pick<ReportedFinding, 'finding'>): number {
  const rank = ({ finding }: typeof a) => SEVERITIES.indexOf(finding.severity);
  return (
    rank(a) - rank(b) ||
    compareTexts(a.finding.rule, b.finding.rule) ||
    compareTexts(a.finding.subjectName, b.finding.subjectName) ||
    compareTexts(a.finding.fingerprint, b.finding.fingerprint)
  );
}
