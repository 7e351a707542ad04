import { groupBy } from '../../model/group-by.ts';
import { type AssessedView, assessRule, weakens } from './assess-rule.ts';
import type {
  ComplianceReport,
  ControlResult,
  ControlState,
  Gap,
  ReportedFinding,
  ResolvedFinding,
  RuleResult,
} from './compliance-report.ts';
import type { AskedRule } from './count-subjects.ts';
import type { Control, Framework } from './framework.ts';

/** What METADATA says of a rule. */
export interface ComplianceRule extends AskedRule, Pick<RuleResult, 'title' | 'severity'> {
  readonly nhi: string;
  readonly controls: Readonly<Record<string, readonly string[]>>;
}

/** Everything that is known at the moment of the report, before it is sorted by control. */
export interface ComplianceInput extends Omit<ComplianceReport, 'controls' | 'findings' | 'resolved' | 'elsewhere'> {
  readonly rules: readonly ComplianceRule[];
  readonly view: AssessedView;
  readonly found: readonly Omit<ReportedFinding, 'controls'>[];
  readonly gone: readonly Omit<ResolvedFinding, 'controls'>[];
}

/** Sorts what is known by the controls of a framework, and says of each how far it was assessed. */
export function buildComplianceReport(input: ComplianceInput): ComplianceReport {
  const { rules, view, found, gone, ...head } = input;
  const { framework } = head;
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const named = new Map(rules.map((rule) => [rule.id, controlsOf(rule, framework)]));
  const assessed = new Map(
    rules.filter(({ id }) => (named.get(id) ?? []).length > 0).map((rule) => [rule.id, assessRule(rule, view)]),
  );
  // A rule that is gone since is known by what its finding says of itself.
  const controlsFor = ({ finding }: Pick<ReportedFinding, 'finding'>): readonly string[] =>
    named.get(finding.rule) ?? finding.controls[framework.key] ?? [];
  const withControls = <T extends Pick<ReportedFinding, 'finding'>>(one: T) => ({ ...one, controls: controlsFor(one) });
  const findings = found.map(withControls).filter(({ controls }) => controls.length > 0);
  const resolved = gone.map(withControls).filter(({ controls }) => controls.length > 0);
  const others = found.filter((one) => controlsFor(one).length === 0);
  return {
    ...head,
    controls: allControls(framework, [
      ...findings,
      ...resolved,
      ...rules.map((rule) => ({ controls: controlsOf(rule, framework) })),
    ]).map(({ control, selected }): ControlResult => {
      const own = [...assessed.values()].filter(({ result }) => named.get(result.id)?.includes(control.id));
      const here = findings.filter(({ controls }) => controls.includes(control.id));
      const open = here.filter(({ accepted }) => accepted === undefined);
      const gaps = own.length === 0 ? [nobodyAsks(control)] : mergeGaps(own.flatMap((one) => one.gaps));
      const ruleResults = own.map(({ result }) => result);
      return {
        control,
        selected,
        state: stateOf({ here, open, gaps, rules: ruleResults }),
        rules: ruleResults,
        open,
        accepted: here.filter(({ accepted }) => accepted !== undefined),
        resolved: resolved.filter(({ controls }) => controls.includes(control.id)),
        gaps,
      };
    }),
    findings,
    resolved,
    elsewhere: [...groupBy(others, ({ finding }) => finding.rule)]
      .map(([rule, list]) => ({ rule, findings: list.length }))
      .sort((a, b) => (a.rule < b.rule ? -1 : 1)),
    exceptions: head.exceptions.filter((exception) =>
      exception.rules.some((id) => byId.has(id) && (named.get(id) ?? []).length > 0),
    ),
  };
}

/** Ids of the framework's controls that a rule names. */
function controlsOf({ nhi, controls }: ComplianceRule, { key }: Framework): readonly string[] {
  if (key === 'nhi') return nhi === '' ? [] : [nhi];
  return controls[key] ?? [];
}

/** Those of the framework in its order, then those that only rules name: a rule of a user is not to be lost. */
function allControls(
  { controls }: Framework,
  naming: readonly { readonly controls: readonly string[] }[],
): readonly { readonly control: Control; readonly selected: boolean }[] {
  const known = new Set(controls.map(({ id }) => id));
  const others = [...new Set(naming.flatMap((one) => one.controls))].filter((id) => !known.has(id)).sort();
  return [
    ...controls.map((control) => ({ control, selected: true })),
    ...others.map((id) => ({ control: { id, title: '' }, selected: false })),
  ];
}

function nobodyAsks({ outside }: Control): Gap {
  return outside === undefined
    ? { kind: 'no-rule', why: 'no rule is about it', rules: [] }
    : { kind: 'outside', why: outside, rules: [] };
}

function stateOf({
  here,
  open,
  gaps,
  rules,
}: {
  readonly here: readonly ReportedFinding[];
  readonly open: readonly ReportedFinding[];
  readonly gaps: readonly Gap[];
  readonly rules: readonly RuleResult[];
}): ControlState {
  if (open.length > 0) return 'open';
  const assessed = rules.some((rule) => rule.assessed);
  if (!assessed && here.length === 0) return 'not-assessed';
  if (!assessed || gaps.some(weakens)) return 'partial';
  return here.length > 0 ? 'accepted' : 'clear';
}

/** The same sentence of several rules is said once. */
function mergeGaps(gaps: readonly Gap[]): readonly Gap[] {
  const merged = new Map<string, Gap>();
  for (const gap of gaps) {
    const key = `${gap.kind} ${gap.why}`;
    merged.set(key, { ...gap, rules: [...new Set([...(merged.get(key)?.rules ?? []), ...gap.rules])].sort() });
  }
  return [...merged.values()];
}
