import { type Answer, and, not, or } from '../../model/answer.ts';
import type { Json } from '../../model/json.ts';
import { covers, type Glob, globOf, intersects, literalOf } from './glob.ts';

/** One line of a trust's condition: an operator, a key and its values. */
export interface ClaimTest {
  /** Name of the token's claim; undefined for any other condition key (`aws:SourceIp`). */
  readonly claim: string | undefined;
  readonly key: string;
  /** `other`: an operator that does not compare strings, or one that is not known. */
  readonly compare: 'equals' | 'equals-ignore-case' | 'like' | 'null' | 'other';
  readonly negated: boolean;
  /** True where an absent claim satisfies the test (`…IfExists`). */
  readonly ifExists: boolean;
  /** `ForAllValues:`, which an absent or empty claim satisfies. */
  readonly forAll: boolean;
  readonly values: readonly string[];
}

/** What is known of a claim: it is not in the token, nothing is known, or every value it can have. */
export type ClaimState = 'absent' | 'unknown' | 'chosen by the caller' | readonly Glob[];

const OPERATORS: Readonly<Record<string, Pick<ClaimTest, 'compare' | 'negated'>>> = {
  stringequals: { compare: 'equals', negated: false },
  stringnotequals: { compare: 'equals', negated: true },
  stringequalsignorecase: { compare: 'equals-ignore-case', negated: false },
  stringnotequalsignorecase: { compare: 'equals-ignore-case', negated: true },
  stringlike: { compare: 'like', negated: false },
  stringnotlike: { compare: 'like', negated: true },
  null: { compare: 'null', negated: false },
};

/**
 * The tests of an IAM condition block, or undefined when it is none. Operators and keys are read without regard to
 * case (IAM JSON policy reference, condition operators).
 *
 * @param issuer host and path of the issuer, which is the prefix of the claims' keys.
 */
export function claimTestsOf(condition: Json | undefined, issuer: string): ClaimTest[] | undefined {
  if (condition === undefined || condition === null) return [];
  if (typeof condition !== 'object' || Array.isArray(condition)) return undefined;
  const tests: ClaimTest[] = [];
  for (const [operator, keys] of Object.entries(condition)) {
    if (typeof keys !== 'object' || keys === null || Array.isArray(keys)) return undefined;
    for (const [key, raw] of Object.entries(keys)) {
      const values = valuesOf(raw);
      if (values === undefined) return undefined;
      tests.push({ ...operatorOf(operator), key, claim: claimOf(key, issuer), values });
    }
  }
  return tests;
}

/** Whether the test holds for a token of which this much is known. */
export function testClaim(test: ClaimTest, state: ClaimState): Answer {
  if (test.compare === 'null') return nullTest(test, state);
  if (state === 'absent') return test.negated || test.ifExists || test.forAll ? 'yes' : 'no';
  if (test.values.length === 0) return test.negated ? 'yes' : 'no';
  if (state === 'chosen by the caller') return 'yes';
  const unknown: Answer = { if: [describe(test)] };
  if (state === 'unknown' || test.compare === 'other' || test.values.some((value) => value.includes('${')))
    return unknown;
  const patterns = test.values.map((value) => patternOf(test, value));
  const templates = test.compare === 'equals-ignore-case' ? state.map(lowerCase) : state;
  const answers = templates.map((template) => {
    if (patterns.some((pattern) => covers(pattern, template))) return 'yes';
    return patterns.some((pattern) => intersects(pattern, template)) ? unknown : 'no';
  });
  const matched: Answer = answers.every((answer) => answer === answers[0]) ? (answers[0] ?? 'no') : unknown;
  if (test.negated) return matched === unknown ? unknown : not(matched);
  // An empty or absent claim would satisfy it as well, and only the request can tell.
  return test.forAll ? or(matched, unknown) : matched;
}

/** All tests together. */
export function testClaims(tests: readonly ClaimTest[], stateOf: (claim: string) => ClaimState): Answer {
  return and(...tests.map((test) => testClaim(test, test.claim === undefined ? 'unknown' : stateOf(test.claim))));
}

function nullTest(test: ClaimTest, state: ClaimState): Answer {
  if (state === 'unknown' || test.values.length === 0) return { if: [describe(test)] };
  const wantsAbsent = test.values.every((value) => value.toLowerCase() === 'true');
  return (state === 'absent') === wantsAbsent ? 'yes' : 'no';
}

function patternOf(test: ClaimTest, value: string): Glob {
  if (test.compare === 'like') return globOf(value);
  return literalOf(test.compare === 'equals-ignore-case' ? value.toLowerCase() : value);
}

function lowerCase(template: Glob): Glob {
  return template.map((step) => (typeof step === 'string' ? step.toLowerCase() : step));
}

function describe(test: ClaimTest): string {
  const verb = test.compare === 'null' ? 'is null:' : test.negated ? 'is not' : 'is';
  return `${test.claim ?? test.key} ${verb} ${test.values.join(' or ')}`;
}

function operatorOf(written: string): Pick<ClaimTest, 'compare' | 'negated' | 'ifExists' | 'forAll'> {
  const name = written.toLowerCase();
  const set = /^(forallvalues|foranyvalue):/.exec(name)?.[1];
  const bare = name.replace(/^[^:]*:/, '').replace(/ifexists$/, '');
  return {
    ...((Object.hasOwn(OPERATORS, bare) ? OPERATORS[bare] : undefined) ?? {
      compare: 'other',
      negated: bare.includes('not'),
    }),
    ifExists: name.endsWith('ifexists'),
    forAll: set === 'forallvalues',
  };
}

function claimOf(key: string, issuer: string): string | undefined {
  const prefix = `${issuer.replace(/^https:\/\//, '')}:`.toLowerCase();
  return key.toLowerCase().startsWith(prefix) ? key.slice(prefix.length).toLowerCase() : undefined;
}

function valuesOf(raw: Json | undefined): string[] | undefined {
  const list = Array.isArray(raw) ? raw : [raw];
  const values: string[] = [];
  for (const value of list) {
    if (typeof value !== 'string' && typeof value !== 'boolean' && typeof value !== 'number') return undefined;
    values.push(String(value));
  }
  return values;
}
