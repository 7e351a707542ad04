import { ALPHABETS } from './alphabets.ts';
import { GENERIC_KEYWORDS } from './assigned-name.ts';
import { compileGlobs } from './path-globs.ts';
import { alwaysLeaves, backtracks, lastSet, leadingLiterals, lengths } from './pattern-limits.ts';
import { PatternError, type PatternNode, parsePattern, parseSecretPart } from './pattern-syntax.ts';
import type { Companion, Rule } from './rule.ts';
import type { RuleEntry, RuleFile } from './rule-file.ts';

/** What is wrong with a rule, and in which of its fields (joined by dots, where one is in another). */
export class RuleError extends Error {
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

/** No secret is longer: a private key of 16,384 bits in PEM has some 13,000 characters. */
export const LONGEST_MATCH = 16_384;
/** In front of the value of a context rule. */
export const CONTEXT_EDGE = '(?<![A-Za-z0-9_])';
const MOST_BACKTRACKS = 10_000;
/** Nothing but a credential of this kind begins so. */
const DISTINCTIVE = /^[a-z0-9]{2,}.{0,20}[_.-]/;
/** A secret that is shorter could be told by its hint. */
const SHORTEST_WITH_HINT = 12;

/**
 * Compiles one entry of a rule file.
 *
 * @throws RuleError when its pattern could run away, is too long, or does not begin with what the keywords promise.
 */
export function compileRule(file: RuleFile, entry: RuleEntry, order: number): Rule {
  const common = {
    id: `${file.vendor}/${entry.id}`,
    vendor: file.vendor,
    vendorName: file.name,
    title: entry.title,
    docs: entry.docs ?? file.docs,
    order,
    entropy: entry.entropy ?? 0,
    examples: entry.examples,
    completeFor: file.complete_for ?? [],
    companions: (entry.companions ?? []).map(compileCompanion),
    ...(entry.alphabet === undefined ? {} : { alphabet: entry.alphabet }),
    ...(entry.length === undefined ? {} : { length: lengthRange(entry.length) }),
    ...(entry.files === undefined ? {} : { files: compileGlobs(entry.files) }),
    ...(entry.not_files === undefined ? {} : { notFiles: compileGlobs(entry.not_files) }),
    ...(entry.checksum === undefined ? {} : { checksum: entry.checksum }),
    ...(entry.decode === undefined ? {} : { decode: entry.decode }),
    ...optional('platform', file.platform),
    // Most vendors describe on one page how a credential is made and how it is taken back.
    revoke: entry.revoke ?? file.revoke ?? entry.docs ?? file.docs,
    ...optional('opens', entry.opens ?? file.opens),
    ...(entry.verify === undefined ? {} : { verify: entry.verify }),
  };
  if ('assignment' in entry) {
    return { ...common, form: 'assignment', confidence: 'generic', keywords: GENERIC_KEYWORDS, kind: entry.assignment };
  }
  if ('extract' in entry) {
    const { extract, keywords } = entry;
    return { ...common, form: 'extract', confidence: 'contextual', keywords, extract };
  }
  if ('value' in entry) {
    const { maxLength } = check(entry.value, entry.ignore_case, 'value');
    checkShape(entry, entry.value);
    const pattern = expression(
      `${CONTEXT_EDGE}(?:${entry.value})(?![A-Za-z0-9_]|-[A-Za-z0-9])`,
      'g',
      entry.ignore_case,
    );
    return {
      ...common,
      form: 'context',
      confidence: 'contextual',
      keywords: entry.names,
      close: entry.close ?? false,
      nameIsVendor: entry.name_is_vendor ?? false,
      value: entry.value,
      pattern,
      maxLength,
    };
  }
  const { node, minLength, maxLength } = check(entry.pattern, entry.ignore_case, 'pattern');
  checkShape(entry, entry.pattern);
  const leading = leadingLiterals(node);
  const startsWithKeyword =
    leading?.every((text) => entry.keywords.some((keyword) => text.startsWith(keyword))) === true;
  const prefix = startsWithKeyword ? publicPrefix(entry.pattern, minLength) : undefined;
  const indices = entry.pattern.includes('(?<secret>') ? 'd' : '';
  return {
    ...common,
    form: 'token',
    confidence: entry.confidence,
    keywords: entry.keywords,
    pattern: expression(entry.pattern, `${startsWithKeyword ? 'y' : 'g'}${indices}`, entry.ignore_case),
    startsWithKeyword,
    maxLength,
    before: Math.min(entry.before ?? maxLength, maxLength),
    openings: startsWithKeyword ? (leading ?? []).filter((text) => DISTINCTIVE.test(text)) : [],
    continues: entry.open_end === true ? new Uint8Array(256) : lastSet(node),
    ...optional('prefix', prefix),
  };
}

interface CheckedPattern {
  readonly node: PatternNode;
  readonly minLength: number;
  readonly maxLength: number;
}

function check(source: string, ignoreCase: boolean | undefined, field: string): CheckedPattern {
  const node = parse(source, ignoreCase ?? false, field);
  const { min, max } = lengths(node);
  if (max > LONGEST_MATCH) throw new RuleError(field, `can match ${max} bytes; ${LONGEST_MATCH} is the most`);
  if (min < 4) throw new RuleError(field, 'can match less than four bytes');
  if (backtracks(node) > MOST_BACKTRACKS) throw new RuleError(field, 'can be tried in too many ways on one text');
  return { node, minLength: min, maxLength: max };
}

/** @throws RuleError when nothing that the pattern captures has the length or the alphabet that the rule asks for. */
function checkShape({ alphabet, length, ignore_case: ignoreCase }: RuleEntry, source: string): void {
  const secret = parseSecretPart(source, ignoreCase);
  if (length !== undefined) {
    const [least, most] = lengthRange(length);
    const { min, max } = lengths(secret);
    if (least > most || max < least || min > most) {
      throw new RuleError('length', `the pattern captures ${min === max ? min : `${min} to ${max}`} bytes`);
    }
  }
  if (alphabet === undefined) return;
  const set = Uint8Array.from({ length: 256 }, (_, code) => (inAlphabet(ALPHABETS[alphabet], code) ? 1 : 0));
  if (alwaysLeaves(secret, set)) throw new RuleError('alphabet', 'the pattern captures more than these characters');
}

function inAlphabet(alphabet: RegExp, code: number): boolean {
  const character = String.fromCharCode(code);
  return alphabet.test(character) || alphabet.test(`A${character}`);
}

function lengthRange(length: number | readonly [number, number]): readonly [number, number] {
  return typeof length === 'number' ? [length, length] : length;
}

type CompanionEntry = NonNullable<RuleEntry['companions']>[number];

function compileCompanion({ fact, pattern, lines, required, ignore_case }: CompanionEntry, index: number): Companion {
  check(pattern, ignore_case, `companions.${index}.pattern`);
  return { fact, lines, required, pattern: expression(pattern, 'dg', ignore_case) };
}

function expression(source: string, flags: string, ignoreCase: boolean | undefined): RegExp {
  return new RegExp(source, ignoreCase === true ? `${flags}i` : flags);
}

function parse(source: string, ignoreCase: boolean, field: string): PatternNode {
  try {
    return parsePattern(source, ignoreCase);
  } catch (error) {
    if (error instanceof PatternError) throw new RuleError(field, `character ${error.index + 1}: ${error.message}`);
    throw error;
  }
}

/** The literal beginning of a pattern, if enough of the secret is behind it. */
function publicPrefix(source: string, minLength: number): string | undefined {
  const literal = /^[A-Za-z0-9_-]+(?![?{*+])/.exec(source)?.[0];
  return literal !== undefined && minLength - literal.length >= SHORTEST_WITH_HINT ? literal : undefined;
}

function optional<Key extends string>(key: Key, value: string | undefined): { [key in Key]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { [key in Key]: string });
}
