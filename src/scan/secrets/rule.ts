import type { Platform } from '../../model/platform.ts';
import type { SecretConfidence } from '../../model/static-secret.ts';
import type { AlphabetName } from './alphabets.ts';
import type { ChecksumName } from './checksums.ts';
import type { DecoderName } from './decoders.ts';
import type { ExtractorName } from './extractors.ts';
import type { VerifySpec } from './verify-spec.ts';

/** What a rule says of what it finds, for lists and for the plan of a swap. */
export interface RuleInfo {
  /** `vendor/what`. */
  readonly id: string;
  readonly vendor: string;
  /** The vendor as people write it. */
  readonly vendorName: string;
  readonly title: string;
  readonly confidence: SecretConfidence;
  readonly platform?: Platform;
  /** Vendor's documentation of the credential. */
  readonly docs: string;
  /** Where the vendor says how it is taken back; the page on the credential where no other is known. */
  readonly revoke: string;
  /** What whoever has it can do with it, in a few words. */
  readonly opens?: string;
  /** How the vendor is asked whether it still works. */
  readonly verify?: VerifySpec;
}

/** Examples as written in the rule file: templates, see `scanners/secrets/README.md`. */
export interface RuleExamples {
  readonly match: readonly string[];
  readonly ignore: readonly string[];
}

/** Something that stands near the secret and belongs to it, such as the id of the client whose secret it is. */
export interface Companion {
  /** The name under which its value becomes a fact. */
  readonly fact: string;
  /** Its group `value` is the value; without one, all of the match. Global. */
  readonly pattern: RegExp;
  /** How many lines it may stand before or behind the secret. */
  readonly lines: number;
  /** Whether the secret is none without it. */
  readonly required: boolean;
}

interface RuleCommon extends RuleInfo {
  /**
   * Names of the vendor, in lower case without separators, where its rules are all the forms that its credentials have: a
   * value of another form that is given to such a name is none.
   */
  readonly completeFor: readonly string[];
  /** Place in the order of all rules: of two that are equally sure, the earlier one wins. */
  readonly order: number;
  /** In lower case; one of them stands in whatever the rule matches, or before it. */
  readonly keywords: readonly string[];
  /** Least entropy of the secret, bits per character. */
  readonly entropy: number;
  /** What the secret is made of, and its least and greatest length. */
  readonly alphabet?: AlphabetName;
  readonly length?: readonly [number, number];
  /** The paths of the files that the rule is for, and of those that it is not for. */
  readonly files?: RegExp;
  readonly notFiles?: RegExp;
  readonly companions: readonly Companion[];
  readonly checksum?: ChecksumName;
  readonly decode?: DecoderName;
  readonly examples: RuleExamples;
}

/** The keyword is part of the secret, and of the pattern. */
export interface TokenRule extends RuleCommon {
  readonly form: 'token';
  /** Sticky where every match begins with a keyword, global otherwise. */
  readonly pattern: RegExp;
  readonly startsWithKeyword: boolean;
  /** The most bytes a match can have, and can have before its keyword. */
  readonly maxLength: number;
  readonly before: number;
  /** What every match begins with, where that is public: shown in hints. */
  readonly prefix?: string;
  /** What matches can begin with, in lower case, where that is distinctive. */
  readonly openings: readonly string[];
  /** Characters that would continue a match: then it is part of something longer. */
  readonly continues: Uint8Array;
}

/** The keyword is the vendor's name, and the pattern that of a value which follows it. */
export interface ContextRule extends RuleCommon {
  readonly form: 'context';
  /** Only words for a credential may stand between the name and the value. */
  readonly close: boolean;
  /** Each name is that of a vendor of its own: it says whose the secret is, not the rule. */
  readonly nameIsVendor: boolean;
  /** The pattern of the value as it is written; `pattern` has edges around it. */
  readonly value: string;
  readonly pattern: RegExp;
  readonly maxLength: number;
}

/** The keyword is part of the name of an assignment whose value looks like a secret. */
export interface AssignmentRule extends RuleCommon {
  readonly form: 'assignment';
  readonly kind: 'password' | 'token';
}

/** The keyword begins something whose members are secrets. */
export interface ExtractRule extends RuleCommon {
  readonly form: 'extract';
  readonly extract: ExtractorName;
}

/** A rule as the engine runs it. */
export type Rule = TokenRule | ContextRule | AssignmentRule | ExtractRule;
