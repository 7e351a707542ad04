import { BlockList, isIP } from 'node:net';
import { type Answer, not } from '../../model/answer.ts';
import { isObject, type Json } from '../../model/json.ts';
import { allOf, anyOf } from './answers.ts';
import type { RequestContext } from './context.ts';
import { type Glob, globCovers, globMatches, literalGlob } from './glob.ts';
import { type Expansion, expandVariables } from './variables.ts';

/**
 * Whether a Condition holds for a request of which not everything is known. What depends on an unknown key, or on an operator
 * that lapse does not know, is an `if`.
 *
 * Source: IAM User Guide, "IAM JSON policy elements: Condition operators" and "Conditions with multiple context keys or
 * values".
 */
export function evaluateCondition(condition: Json | undefined, context: RequestContext): Answer {
  if (condition === undefined) return 'yes';
  if (!isObject(condition)) return { if: ['a condition that is not an object'] };
  const answers: Answer[] = [];
  for (const [operator, block] of Object.entries(condition)) {
    if (!isObject(block)) answers.push({ if: [`a condition that is not readable (${operator})`] });
    else
      for (const [key, wanted] of Object.entries(block)) {
        answers.push(evaluateKey(operator, key, textsOf(wanted), context));
      }
  }
  return allOf(answers);
}

/** Whether a condition speaks of a key that has one of these beginnings (without capitals), as a key or inside a value. */
export function conditionMentions(condition: Json | undefined, beginnings: readonly string[]): boolean {
  if (condition === undefined) return false;
  const text = JSON.stringify(condition).toLowerCase();
  return beginnings.some((beginning) => text.includes(beginning));
}

interface Operator {
  /** Whether a value of the request meets one value of the condition. */
  readonly meets: (have: string, want: Expansion & { kind: 'glob' }) => boolean;
  /** Of a positive operator: none of the condition's values may be met. */
  readonly negated?: boolean;
}

const equals: Operator['meets'] = (have, want) => have === want.text;
const equalsIgnoringCase: Operator['meets'] = (have, want) => have.toLowerCase() === want.text.toLowerCase();
const like: Operator['meets'] = (have, want) => globMatches(want.glob, have);

const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ['stringequals', { meets: equals }],
  ['stringnotequals', { meets: equals, negated: true }],
  ['stringequalsignorecase', { meets: equalsIgnoringCase }],
  ['stringnotequalsignorecase', { meets: equalsIgnoringCase, negated: true }],
  ['stringlike', { meets: like }],
  ['stringnotlike', { meets: like, negated: true }],
  ['arnequals', { meets: arnLike }],
  ['arnlike', { meets: arnLike }],
  ['arnnotequals', { meets: arnLike, negated: true }],
  ['arnnotlike', { meets: arnLike, negated: true }],
  ['bool', { meets: equalsIgnoringCase }],
  ['binaryequals', { meets: equals }],
  ['numericequals', { meets: numeric((have, want) => have === want) }],
  ['numericnotequals', { meets: numeric((have, want) => have === want), negated: true }],
  ['numericlessthan', { meets: numeric((have, want) => have < want) }],
  ['numericlessthanequals', { meets: numeric((have, want) => have <= want) }],
  ['numericgreaterthan', { meets: numeric((have, want) => have > want) }],
  ['numericgreaterthanequals', { meets: numeric((have, want) => have >= want) }],
  ['dateequals', { meets: date((have, want) => have === want) }],
  ['datenotequals', { meets: date((have, want) => have === want), negated: true }],
  ['datelessthan', { meets: date((have, want) => have < want) }],
  ['datelessthanequals', { meets: date((have, want) => have <= want) }],
  ['dategreaterthan', { meets: date((have, want) => have > want) }],
  ['dategreaterthanequals', { meets: date((have, want) => have >= want) }],
  ['ipaddress', { meets: inNetwork }],
  ['notipaddress', { meets: inNetwork, negated: true }],
] satisfies [string, Operator][]);

const FORM = /^(?:(forallvalues|foranyvalue):)?(.+?)(ifexists)?$/;

function evaluateKey(written: string, key: string, wanted: readonly string[], context: RequestContext): Answer {
  const [, set, name = '', ifExists] = FORM.exec(written.toLowerCase()) ?? [];
  const value = context(key.toLowerCase());
  const unsure: Answer = { if: [describe(written, key, wanted)] };
  if (name === 'null') return value === 'unknown' ? unsure : yesNo((value === 'absent') === wanted.includes('true'));
  const operator = OPERATORS.get(name);
  if (value === 'unknown' && set === undefined) {
    const settled = settledByNow(name, key.toLowerCase(), wanted, ifExists !== undefined);
    if (settled !== undefined) return settled;
  }
  if (value === 'unknown' || operator === undefined) return unsure;
  if (value === 'absent' || value.length === 0) return yesNo(holdsForAbsent(set, operator, ifExists !== undefined));
  const expansions = wanted.map((want) => expandVariables(want, context));
  const each = value.map((have) => {
    const met = anyOf(expansions.map((want) => meets(have, want, operator, unsure)));
    return operator.negated === true ? not(met) : met;
  });
  return set === 'foranyvalue' ? anyOf(each) : allOf(each);
}

/** A condition of ForAllValues is vacuously true, one of ForAnyValue is not; a negated operator wants nothing to be there. */
function holdsForAbsent(set: string | undefined, operator: Operator, ifExists: boolean): boolean {
  if (set !== undefined) return set === 'forallvalues';
  return ifExists || operator.negated === true;
}

function meets(have: string, want: Expansion, operator: Operator, unsure: Answer): Answer {
  if (want.kind === 'unknown') return unsure;
  return yesNo(want.kind === 'glob' && operator.meets(have, want));
}

/** ARN operators match each of the six parts on its own. */
function arnLike(have: string, want: Expansion & { kind: 'glob' }): boolean {
  const parts = splitArn(literalGlob(have));
  const patterns = splitArn(want.glob);
  return (
    parts.length === ARN_PARTS &&
    patterns.length === ARN_PARTS &&
    patterns.every((pattern, index) => globCovers(pattern, parts[index] ?? []))
  );
}

const ARN_PARTS = 6;
const COLON = 58;

function splitArn(arn: Glob): readonly Glob[] {
  const parts: number[][] = [[]];
  for (const unit of arn) {
    if (unit === COLON && parts.length < ARN_PARTS) parts.push([]);
    else parts.at(-1)?.push(unit);
  }
  return parts;
}

function numeric(compare: (have: number, want: number) => boolean): Operator['meets'] {
  return (have, want) => compare(Number(have), Number(want.text));
}

/** An address is its network of one. What is no address is in no network. */
function inNetwork(have: string, want: Expansion & { kind: 'glob' }): boolean {
  const [network = '', prefix] = want.text.split('/');
  const [family, size] = network.includes(':') ? (['ipv6', 128] as const) : (['ipv4', 32] as const);
  if (have.includes(':') !== network.includes(':')) return false;
  const length = prefix === undefined ? size : Number(prefix);
  if (isIP(network) === 0 || isIP(have) === 0 || !(length >= 0 && length <= size)) return false;
  const networks = new BlockList();
  networks.addSubnet(network, length, family);
  return networks.check(have, family);
}

/** Requests of today come after this. */
const WRITTEN = Date.parse('2026-01-01T00:00:00Z');
const CLOCKS: ReadonlySet<string> = new Set(['aws:currenttime', 'aws:epochtime', 'aws:tokenissuetime']);

/**
 * Whether a date in a condition is past for good: what was to end before then has ended, and what began has begun. That older
 * sessions are revoked is written so, too.
 */
function settledByNow(operator: string, key: string, wanted: readonly string[], ifExists: boolean): Answer | undefined {
  if (!CLOCKS.has(key) || wanted.length === 0) return undefined;
  const dates = wanted.map(timeOf);
  if (!dates.every((time) => time <= WRITTEN)) return undefined;
  // Long-term keys have no time at which they were issued.
  const always = key !== 'aws:tokenissuetime';
  if (operator.startsWith('datelessthan')) return always || !ifExists ? 'no' : undefined;
  return operator.startsWith('dategreaterthan') && (always || ifExists) ? 'yes' : undefined;
}

function timeOf(text: string): number {
  return /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

function date(compare: (have: number, want: number) => boolean): Operator['meets'] {
  return (have, want) => compare(timeOf(have), timeOf(want.text));
}

const SHOWN = 3;

function describe(operator: string, key: string, wanted: readonly string[]): string {
  const more = wanted.length > SHOWN ? ` and ${wanted.length - SHOWN} more` : '';
  return `${operator} ${key} ${wanted.slice(0, SHOWN).join(', ')}${more}`;
}

function textsOf(value: Json | undefined): readonly string[] {
  const values = Array.isArray(value) ? value : [value];
  return values.flatMap((one) => (one === null || one === undefined || typeof one === 'object' ? [] : [String(one)]));
}

function yesNo(holds: boolean): Answer {
  return holds ? 'yes' : 'no';
}
