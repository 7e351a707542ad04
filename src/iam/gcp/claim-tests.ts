import { type Expression, parseCel } from './cel.ts';

/** Tests of claims as `src/iam/federation.ts` reads them: operator, claim behind the issuer, values. */
export type Tests = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** What a provider admits, and which of its identities is meant. */
export interface ProviderRule {
  /** Host and path. */
  readonly issuer: string;
  /** `subject/NAME`, `group/NAME`, `attribute.KEY/VALUE`, or `*` for all. */
  readonly which: string;
  readonly mapping: Readonly<Record<string, string>>;
  readonly condition: string | undefined;
  readonly audiences: readonly string[];
}

/**
 * Puts what is asked of a token's claims into tests that all must hold. What cannot be put so (functions, several claims in one
 * alternative) becomes a test with an operator of its own, which nobody can decide: unknown, never open and never closed
 * (IAM documentation, Workload identity federation, attribute mappings and conditions).
 */
export function claimTests({ issuer, which, mapping, condition, audiences }: ProviderRule): Tests {
  const tests: Record<string, Record<string, string | readonly string[]>> = {};
  let count = 0;
  const add = ({ operator, claim, values }: ClaimTest) => {
    // A prefix with a colon makes the operator another member and says nothing else.
    tests[`${++count}:${operator}`] = { [`${issuer}:${claim}`]: values };
  };
  if (audiences.length > 0) add({ operator: 'StringEquals', claim: 'aud', values: audiences });
  const named = identityTest(which, mapping);
  if (named !== undefined) add(named);
  if (condition !== undefined) {
    const parsed = parseCel(condition);
    const found = parsed === undefined ? undefined : conjunction(parsed, mapping);
    for (const test of found ?? [undecided(condition)]) add(test);
  }
  return tests;
}

interface ClaimTest {
  readonly operator: string;
  readonly claim: string;
  readonly values: readonly string[];
}

function undecided(text: string): ClaimTest {
  return { operator: 'Cel', claim: 'attribute condition', values: [text.trim()] };
}

/** The test that a name in the pool stands for; undefined where every identity is meant. */
function identityTest(which: string, mapping: Readonly<Record<string, string>>): ClaimTest | undefined {
  if (which === '*') return undefined;
  const slash = which.indexOf('/');
  const [key, value] = [which.slice(0, slash), which.slice(slash + 1)];
  const mapped = mapping[key === 'subject' ? 'google.subject' : key === 'group' ? 'google.groups' : key];
  const claim = mapped === undefined ? undefined : claimOf(parseCel(mapped), {});
  return claim === undefined
    ? { operator: 'Cel', claim: key, values: [value] }
    : { operator: 'StringEquals', claim, values: [value] };
}

/** The tests of which all must hold; one that is not understood stays as it is. */
function conjunction(
  expression: Expression,
  mapping: Readonly<Record<string, string>>,
): readonly ClaimTest[] | undefined {
  if (expression.kind === 'truth' && expression.value) return [];
  if (expression.kind === 'binary' && expression.operator === '&&') {
    const [left, right] = [conjunction(expression.left, mapping), conjunction(expression.right, mapping)];
    if (left === undefined && right === undefined) return undefined;
    return [...(left ?? [undecided('a part of the condition')]), ...(right ?? [undecided('a part of the condition')])];
  }
  const test = single(expression, mapping);
  return test === undefined ? undefined : [test];
}

function single(expression: Expression, mapping: Readonly<Record<string, string>>): ClaimTest | undefined {
  switch (expression.kind) {
    case 'binary': {
      const { operator, left, right } = expression;
      if (operator === '||') return alternative(single(left, mapping), single(right, mapping));
      if (operator === 'in') {
        const claim = claimOf(left, mapping);
        const values =
          right.kind === 'list' ? right.items.map((item) => (item.kind === 'text' ? item.value : undefined)) : [];
        const known = values.filter((value) => value !== undefined);
        return claim === undefined || known.length === 0 || known.length < values.length
          ? undefined
          : { operator: 'StringEquals', claim, values: known };
      }
      if (operator !== '==' && operator !== '!=') return undefined;
      const [named, literal] =
        right.kind === 'text' ? [left, right.value] : left.kind === 'text' ? [right, left.value] : [];
      const claim = named === undefined ? undefined : claimOf(named, mapping);
      if (claim === undefined || literal === undefined) return undefined;
      return { operator: operator === '==' ? 'StringEquals' : 'StringNotEquals', claim, values: [literal] };
    }
    case 'call': {
      const { name, of, args } = expression;
      const [argument] = args;
      const claim = of === undefined ? undefined : claimOf(of, mapping);
      // `*` and `?` are wildcards in the tests, and plain characters here.
      if (claim === undefined || argument?.kind !== 'text' || args.length !== 1 || /[*?]/.test(argument.value))
        return undefined;
      if (name === 'startsWith') return { operator: 'StringLike', claim, values: [`${argument.value}*`] };
      return name === 'endsWith' ? { operator: 'StringLike', claim, values: [`*${argument.value}`] } : undefined;
    }
    default:
      return undefined;
  }
}

/** Either of two tests, as one test of both values where they ask the same of the same claim. */
function alternative(left: ClaimTest | undefined, right: ClaimTest | undefined): ClaimTest | undefined {
  if (left === undefined || right === undefined || left.claim !== right.claim) return undefined;
  if (left.operator !== right.operator || left.operator === 'StringNotEquals') return undefined;
  return { ...left, values: [...left.values, ...right.values] };
}

const MAX_STEPS = 5;

/** The token's claim behind `assertion.sub`, or behind `attribute.repository` and `google.subject` by the mapping. */
function claimOf(
  expression: Expression | undefined,
  mapping: Readonly<Record<string, string>>,
  steps = 0,
): string | undefined {
  if (expression?.kind !== 'name' || steps > MAX_STEPS) return undefined;
  const [root, claim, ...more] = expression.path;
  if (claim === undefined || more.length > 0) return undefined;
  if (root === 'assertion') return claim;
  const mapped = mapping[`${root}.${claim}`];
  return mapped === undefined ? undefined : claimOf(parseCel(mapped), mapping, steps + 1);
}
