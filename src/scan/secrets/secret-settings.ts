import type { RuleFileText } from './load-rules.ts';

/** Findings that are left out in some files. */
export interface IgnoredFindings {
  /** Id of a rule, or a pattern of ids such as `generic/*`. */
  readonly rule: string;
  /** Patterns in gitignore's syntax, from the top of what is scanned. */
  readonly paths: readonly string[];
  readonly reason: string;
  /** ISO 8601 date: to the end of this day (UTC). */
  readonly expires?: string;
}

/** What a configuration says of the secrets scanner. Plain data, so that it can be sent to another thread. */
export interface SecretSettings {
  /** Users' own rules. */
  readonly files: readonly RuleFileText[];
  /** Ids of built-in rules that are left out, or patterns of ids such as `acme/*`. */
  readonly disable: readonly string[];
  readonly ignore: readonly IgnoredFindings[];
}

/** All built-in rules, and nothing else. */
export const DEFAULT_SETTINGS: SecretSettings = { files: [], disable: [], ignore: [] };
