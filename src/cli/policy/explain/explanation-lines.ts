import type { Decision } from '../../../model/access-request.ts';
import type { RawFinding } from '../../../model/finding.ts';
import { isObject, type Json } from '../../../model/json.ts';
import type { EvaluatedRule, EvaluatedStep, Explanation } from '../../../policy/compiler/explanation.ts';
import type { NamedRule } from './explained-policies.ts';

interface FindingToTell {
  readonly rule: NamedRule;
  readonly findings: readonly RawFinding[];
  readonly explanation: Explanation;
  readonly subject?: string;
  readonly all: boolean;
}

/** Why a rule says what it says, or why it says nothing. */
export function findingLines({ rule, findings, explanation, subject, all }: FindingToTell): readonly string[] {
  const name = `${rule.root}.${rule.packages}`;
  const own = below(explanation.rules).filter(
    ({ rule: path }) => path === `${name}["${rule.id}"].finding` || path === `${name}.${rule.id}.finding`,
  );
  const about = (answer: Json | undefined) =>
    subject === undefined || (isObject(answer) && (answer.subject === subject || answer.subject === undefined));
  const held = own
    .filter(({ runs }) => runs.some(({ answer }) => answer !== undefined && about(answer)))
    .map((one) => ({ ...one, runs: one.runs.filter(({ answer }) => about(answer)) }));
  const tell = new Teller(all);
  if (findings.length > 0)
    return [
      ...findings.map(
        ({ id, subject: who, severity }) => `${id}: ${who}${severity === undefined ? '' : `, ${severity}`}`,
      ),
      ...tell.rules(held, 1),
    ];
  if (held.length > 0)
    return [
      `${rule.id} holds, and is silenced by data: levels or allowed`,
      ...tell.rules(explanation.rules.map(withoutRule(own)), 1),
      ...tell.rules(held, 1),
    ];
  const where = subject === undefined ? '' : ` of ${subject}`;
  return [`${rule.id} says nothing${where}`, ...tell.rules(own, 1)];
}

interface DecisionToTell {
  readonly decision: Omit<Decision, 'policy_revision'>;
  readonly parts: readonly Explanation[];
  readonly all: boolean;
}

/** Why access is allowed, escalated or denied. */
export function decisionLines({ decision, parts, all }: DecisionToTell): readonly string[] {
  const { effect, rule, reasons, ttl_max: ttl, approvals } = decision;
  const reason = reasons.length === 0 ? '' : `: ${reasons.join(', ')}`;
  const asked = approvals.map(({ from, count }) => `${count} of ${from}`).join(', ');
  const tell = new Teller(all);
  return [
    `${effect} by ${rule}${reason}`,
    ...(effect === 'deny' ? [] : [`  for ${ttl} s at most`]),
    ...(asked === '' ? [] : [`  after approval by ${asked}`]),
    ...parts.flatMap(({ rules }) => tell.rules(decisive(rules), 1)),
  ];
}

/** Of the definitions of a decision, those up to the one that held: why not the stricter ones is part of the answer. */
function decisive(rules: readonly EvaluatedRule[]): readonly EvaluatedRule[] {
  const held = rules.findIndex((one) => one.held);
  return held === -1 ? rules : rules.slice(0, held + 1);
}

function below(rules: readonly EvaluatedRule[]): readonly EvaluatedRule[] {
  return rules.flatMap((rule) => [
    rule,
    ...rule.runs.flatMap(({ steps }) => steps.flatMap((step) => below(step.rules))),
  ]);
}

function withoutRule(left: readonly EvaluatedRule[]) {
  return (rule: EvaluatedRule): EvaluatedRule => ({
    ...rule,
    runs: rule.runs.map((run) => ({
      ...run,
      steps: run.steps.map((step) => ({ ...step, rules: step.rules.filter((one) => !left.includes(one)) })),
    })),
  });
}

/** Deeper than this, a reader has lost the thread. */
const DEPTH = 10;
/** Of so many alike, the others would say the same. */
const RUNS = 3;
const WIDTH = 100;

/** Words for evaluated rules. Of what held it tells what held, of what did not it tells why not. */
class Teller {
  readonly #all: boolean;
  readonly #told = new Set<string>();

  constructor(all: boolean) {
    this.#all = all;
  }

  rules(rules: readonly EvaluatedRule[], depth: number): readonly string[] {
    return rules.flatMap((rule) => this.#rule(rule, depth));
  }

  #rule(rule: EvaluatedRule, depth: number): readonly string[] {
    const place = `${rule.file}:${rule.line}:${rule.column}`;
    const [first] = rule.runs;
    const answers = [...new Set(rule.runs.flatMap(({ answer }) => (answer === undefined ? [] : [shorten(answer)])))];
    const answer = rule.held && answers.length > 0 ? ` = ${answers.slice(0, RUNS).join(', ')}` : '';
    const head = indent(depth, `${mark(rule.held)} ${rule.rule}${answer}  ${place}`);
    const key = `${place} ${answer}`;
    const brief = !this.#all && (isHelper(rule) || this.#told.has(key));
    this.#told.add(key);
    if (first === undefined || brief || depth > DEPTH) return [head];
    const runs = rule.runs.slice(0, this.#all ? rule.runs.length : RUNS);
    const more = rule.runs.length - runs.length + (rule.more ?? 0);
    return [
      head,
      ...runs.flatMap(({ steps }) => steps.flatMap((step) => this.#step(step, depth + 1))),
      ...(more > 0 ? [indent(depth + 1, `and ${more} more`)] : []),
    ];
  }

  #step(step: EvaluatedStep, depth: number): readonly string[] {
    const text = step.text.replace(/\s+/g, ' ');
    const values = step.values
      .filter(({ name, value }) => text !== name || value !== true)
      .map(({ name, value }) =>
        indent(depth + 2, `${name} ${value === undefined ? 'is undefined' : `= ${shorten(value)}`}`),
      );
    return [
      indent(depth, `${mark(step.held)} ${step.line}: ${text.length > WIDTH ? `${text.slice(0, WIDTH)}…` : text}`),
      ...values,
      ...this.rules(this.#telling(step, text), depth + 1),
    ];
  }

  /** A statement holds by what holds below it, and fails by what fails there; a negation the other way round. */
  #telling({ held, rules }: EvaluatedStep, text: string): readonly EvaluatedRule[] {
    if (this.#all) return rules;
    const negated = text.startsWith('not ');
    const telling = rules.filter((rule) => rule.held === (held !== negated));
    if (held && negated) return [];
    return held || telling.length > 0 ? telling : rules.filter((rule) => rule.held);
  }
}

/** lapse's own helpers say with their name what they do. */
function isHelper({ rule }: EvaluatedRule): boolean {
  return rule.startsWith('lapse.lib.');
}

function mark(held: boolean): string {
  return held ? '✓' : '✗';
}

function indent(depth: number, text: string): string {
  return `${'  '.repeat(depth)}${text}`;
}

function shorten(value: Json): string {
  const text = JSON.stringify(value);
  if (text.length <= WIDTH) return text;
  if (Array.isArray(value)) return `[${value.length} items]`;
  if (isObject(value)) {
    const members = Object.keys(value);
    return typeof value.id === 'string'
      ? `{id ${JSON.stringify(value.id)}, ${members.length - 1} more}`
      : `{${members.length} members}`;
  }
  return `${text.slice(0, WIDTH)}…`;
}
