import { ALLOW_KEYWORD } from './allow-comment.ts';
import { ESCAPE_FORMS, type EscapeForm } from './encodings/decode-escapes.ts';
import { type HitGate, hitGate } from './hit-gate.ts';
import { type KeywordAutomaton, keywordAutomaton } from './keyword-automaton.ts';
import type { AssignmentRule, ContextRule, ExtractRule, Rule, TokenRule } from './rule.ts';

/** What is tried where one keyword stands. */
export interface KeywordPlan {
  readonly keyword: string;
  readonly length: number;
  /** Whether any of the rules could find something where the keyword stands. */
  readonly mayHold: HitGate;
  readonly tokens: readonly TokenRule[];
  readonly contexts: readonly ContextRule[];
  readonly extracts: readonly ExtractRule[];
  /** By what the name promises. */
  readonly assignments: ReadonlyMap<AssignmentRule['kind'], AssignmentRule>;
}

/** All rules, ready to run. */
export interface RuleSet {
  readonly rules: readonly Rule[];
  readonly automaton: KeywordAutomaton;
  /** By the index of the keyword. */
  readonly plans: readonly KeywordPlan[];
  readonly longestKeyword: number;
  /** The index of the keyword that leads to suppressing comments. */
  readonly allowKeyword: number;
  /** By the index of the keyword: what is written in another form where it stands. */
  readonly escapes: readonly (EscapeForm | undefined)[];
  /** Beginnings of credentials whose form is known: a value that begins so and has another form is none. */
  readonly openings: readonly string[];
  /** Names of vendors all of whose forms are known. */
  readonly completeFor: readonly string[];
}

/** Makes rules ready to run. */
export function ruleSet(rules: readonly Rule[]): RuleSet {
  const escapes = new Map(ESCAPE_FORMS.flatMap((form) => form.keywords.map((keyword) => [keyword, form])));
  const keywords = [...new Set([...rules.flatMap((rule) => rule.keywords), ALLOW_KEYWORD, ...escapes.keys()])];
  const byKeyword = new Map<string, Rule[]>(keywords.map((keyword) => [keyword, []]));
  for (const rule of rules) for (const keyword of new Set(rule.keywords)) byKeyword.get(keyword)?.push(rule);
  return {
    rules,
    automaton: keywordAutomaton(keywords),
    plans: keywords.map((keyword) => plan(keyword, byKeyword.get(keyword) ?? [])),
    allowKeyword: keywords.indexOf(ALLOW_KEYWORD),
    escapes: keywords.map((keyword) => escapes.get(keyword)),
    longestKeyword: Math.max(0, ...keywords.map((keyword) => keyword.length)),
    openings: [...new Set(rules.flatMap((rule) => (rule.form === 'token' ? rule.openings : [])))],
    completeFor: [...new Set(rules.flatMap((rule) => rule.completeFor))],
  };
}

function plan(keyword: string, rules: readonly Rule[]): KeywordPlan {
  // Most keywords never turn up in what is scanned: a gate is made for those that do.
  let gate: HitGate | undefined;
  const made: KeywordPlan = {
    keyword,
    mayHold(bytes, start, end) {
      gate ??= hitGate(made);
      return gate(bytes, start, end);
    },
    length: keyword.length,
    tokens: rules.filter((rule) => rule.form === 'token'),
    contexts: rules.filter((rule) => rule.form === 'context'),
    extracts: rules.filter((rule) => rule.form === 'extract'),
    assignments: new Map(rules.flatMap((rule) => (rule.form === 'assignment' ? [[rule.kind, rule]] : []))),
  };
  return made;
}
