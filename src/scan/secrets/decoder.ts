import type { JsonObject } from '../../model/json.ts';
import type { SecretConfidence } from '../../model/static-secret.ts';
import type { Effort } from './effort.ts';
import type { NearMatches } from './near-matches.ts';

/** A match, and the text around it. Text is bytes seen as Latin-1. */
export interface DecodeInput {
  readonly value: string;
  readonly text: string;
  /** Where the value stands in the text. */
  readonly start: number;
  readonly end: number;
  readonly now: Date;
  /** Counts what is looked at around the match. */
  readonly effort: Effort;
  /** What other secrets of the same text have looked for around themselves. */
  readonly near: NearMatches;
}

/** What a match turns out to be. */
export interface Decoded {
  /** The secret is something else near the match: where it stands in the text. */
  readonly span?: { readonly start: number; readonly end: number };
  /** Where in the text the id stands that the secret belongs to. */
  readonly idAt?: number;
  /** The secret in the form in which it is compared, where the file writes it in another (escaped, encoded). Latin-1. */
  readonly canonical?: string;
  /** Instead of the rule's own. */
  readonly confidence?: SecretConfidence;
  readonly credentialNativeId?: string;
  readonly facts?: JsonObject;
}

/** Looks into a match; undefined means that it is no secret. Never throws. */
export type Decoder = (input: DecodeInput) => Decoded | undefined;
