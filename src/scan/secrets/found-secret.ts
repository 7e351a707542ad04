import type { JsonObject } from '../../model/json.ts';
import type { SecretValue } from '../../model/secret-value.ts';
import type { SecretConfidence } from '../../model/static-secret.ts';
import type { Rule } from './rule.ts';

/** A secret that was found, before it becomes a fact. The value never leaves the scanner. */
export interface FoundSecret {
  readonly rule: Rule;
  /** Whose it is: mostly the rule's vendor. */
  readonly vendor: string;
  readonly confidence: SecretConfidence;
  /** In the form in which it is fingerprinted. */
  readonly value: SecretValue;
  readonly hint?: string;
  readonly credentialNativeId?: string;
  readonly facts?: JsonObject;
  /** Lines and columns from 1, columns in UTF-16 units; `endColumn` is exclusive and on the first line. */
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
  /** Of the id that it belongs to, when that is on another line. */
  readonly idLine?: number;
  /** The message or issue that it stands in. */
  readonly item?: string;
  /** The forms that it is written in there, from the outside in: `base64>percent`. */
  readonly encoding?: string;
}
