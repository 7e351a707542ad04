/** What an encoded piece of text says, and where each part of it stands. */
export interface DecodedText {
  /** How it was encoded, as facts name it: `base64`, `hex`, `percent`, `html`, `unicode`, `json`, `base64>utf-16`. */
  readonly encoding: string;
  readonly bytes: Buffer;
  /** Where decoded bytes stand in the text; never more than the encoded piece. */
  spanOf(from: number, to: number): { readonly start: number; readonly end: number };
  /** Nobody can tell which part of the encoded piece says what: every span is that of its beginning. */
  readonly vague?: true;
  /** Where the encoded piece ends in the text. */
  readonly end: number;
}
