import { AppError } from '../../../errors.ts';
import type { Json, JsonObject } from '../../../model/json.ts';
import { parseAccessPolicies, parseDecision, parseFindings, parseRestriction } from '../../../policy/answers.ts';
import { combineDecisions } from '../../../policy/combine-decisions.ts';
import { createRegoCompiler, type PolicySources, type RegoCompiler } from '../../../policy/compiler/compiler.ts';
import type { EvaluatedRule, Explanation } from '../../../policy/compiler/explanation.ts';
import { CUSTOM_ENTRYPOINTS } from '../../../policy/custom-entrypoints.ts';
import { ENTRYPOINTS } from '../../../policy/library.ts';
import { escapeControl, safeJson } from '../../../report/escape.ts';
import type { CliContext } from '../../context.ts';
import { reported } from '../reported.ts';
import { type ExplainedPolicies, type NamedRule, withoutOtherFindings } from './explained-policies.ts';
import { decisionLines, findingLines } from './explanation-lines.ts';

/** What is asked about. */
interface Asked {
  readonly input: JsonObject;
  /** A rule; without one it is the access decision. */
  readonly rule?: NamedRule;
  /** Only what is said of this row of the inventory. */
  readonly subject?: string;
  readonly format: string;
  /** Also helpers of lapse's library, and what did not hold. */
  readonly all: boolean;
}

/**
 * Explains what policies answer to an input.
 *
 * @returns the exit code: 0 also when a rule says nothing, which is explained as well.
 */
export async function explainPolicy(policies: ExplainedPolicies, asked: Asked, cli: CliContext): Promise<number> {
  const compiler = createRegoCompiler();
  try {
    return await reported(policies.modules, cli, async () => {
      const { json, lines } =
        asked.rule === undefined
          ? await explainDecision(policies, asked, compiler)
          : await explainFinding(policies, asked, asked.rule, compiler);
      cli.stdout.write(asked.format === 'json' ? `${safeJson(json)}\n` : `${lines.map(escapeControl).join('\n')}\n`);
      return 0;
    });
  } finally {
    await compiler.close();
  }
}

interface Told {
  readonly json: object;
  readonly lines: readonly string[];
}

async function explainFinding(
  policies: ExplainedPolicies,
  { input, subject, all }: Asked,
  rule: NamedRule,
  compiler: RegoCompiler,
): Promise<Told> {
  const entrypoint = (rule.root === 'lapse' ? ENTRYPOINTS : CUSTOM_ENTRYPOINTS)[rule.family];
  const focus = [rule.root, rule.packages, rule.id];
  const modules = withoutOtherFindings(policies.modules, rule);
  const explanation = await ask(compiler, modules, policies.data, input, entrypoint, focus);
  const answers = parseFindings(entrypoint, answerOf(explanation, entrypoint));
  const findings = answers.filter(({ id, subject: about }) => id === rule.id && (subject ?? about) === about);
  const told = { rule: rule.id, subject: subject ?? null, findings, evaluated: explanation.rules };
  return {
    json: told,
    lines: findingLines({ rule, findings, explanation, all, ...(subject === undefined ? {} : { subject }) }),
  };
}

async function explainDecision(
  policies: ExplainedPolicies,
  { input, all }: Asked,
  compiler: RegoCompiler,
): Promise<Told> {
  const { data, custom } = policies;
  const modules = withoutOtherFindings(policies.modules);
  const own = custom
    ? await ask(compiler, modules, data, input, CUSTOM_ENTRYPOINTS.policies, ['custom', 'access'])
    : undefined;
  const answers =
    own === undefined
      ? []
      : parseAccessPolicies(CUSTOM_ENTRYPOINTS.policies, answerOf(own, CUSTOM_ENTRYPOINTS.policies));
  const asked = { ...input, policies: answers as unknown as Json };
  const ours = await ask(compiler, modules, data, asked, ENTRYPOINTS.decision, ['lapse', 'access']);
  const decision = parseDecision(ENTRYPOINTS.decision, answerOf(ours, ENTRYPOINTS.decision));
  const theirs = custom
    ? await ask(compiler, modules, data, input, CUSTOM_ENTRYPOINTS.decision, ['custom', 'access'])
    : undefined;
  const restricted = theirs !== undefined && theirs.rules.length > 0;
  const combined = restricted
    ? combineDecisions(
        decision,
        parseRestriction(CUSTOM_ENTRYPOINTS.decision, answerOf(theirs, CUSTOM_ENTRYPOINTS.decision)),
      )
    : decision;
  const parts = [own, ours, restricted ? theirs : undefined].filter((part) => part !== undefined);
  const evaluated: readonly EvaluatedRule[] = parts.flatMap(({ rules }) => rules);
  return { json: { decision: combined, evaluated }, lines: decisionLines({ decision: combined, parts, all }) };
}

function ask(
  compiler: RegoCompiler,
  modules: PolicySources,
  data: JsonObject,
  input: JsonObject,
  entrypoint: string,
  focus: readonly string[],
): Promise<Explanation> {
  const now = typeof input.now === 'string' ? Date.parse(input.now) : Number.NaN;
  if (Number.isNaN(now))
    throw new AppError('ERR_USAGE', 'the input has no time: expected now, as 2026-03-01T00:00:00Z');
  return compiler.explain(modules, { data, input, now: BigInt(now) * 1_000_000n, query: entrypoint.split('/'), focus });
}

/** As the engine has it: an error is no answer, and neither is none. */
function answerOf({ answer, error }: Explanation, entrypoint: string): Json {
  if (error !== undefined) throw new AppError('ERR_POLICY_EVALUATION', `${entrypoint}: ${error}`);
  if (answer === undefined) throw new AppError('ERR_POLICY_UNDEFINED', `${entrypoint}: the policy answers nothing`);
  return answer;
}
