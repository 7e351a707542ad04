import type { Fact } from '../model/fact.ts';

/** What a scanner said of a content, without a word on where in history it is. */
export interface RememberedFact {
  readonly scanner: string;
  readonly fact: Fact;
}

/**
 * Remembers what contents hold, from one scan to the next: a content never changes, so one that was read need not be read again
 * by the same scanners with the same rules. Whoever opens it sees to it that it is theirs.
 */
export interface ContentMemory {
  /** @returns for each content: undefined when it was not read yet; nothing when it holds nothing. */
  recall(contents: readonly ContentName[]): readonly (readonly RememberedFact[] | undefined)[];
  remember(contents: readonly (ContentName & { readonly facts: readonly RememberedFact[] })[]): void;
  /** Names of what of the configuration suppressed a finding in any of these contents. */
  used(): readonly string[];
  rememberUsed(names: readonly string[]): void;
}

/** A content as one file had it: rules look at paths too. */
export interface ContentName {
  /** Of the blob. */
  readonly hash: string;
  readonly path: string;
}
