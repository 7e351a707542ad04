import { decodeEscapes, type EscapeForm } from './decode-escapes.ts';
import { decodeRun } from './decode-run.ts';
import type { DecodedText } from './decoded-text.ts';
import type { DecodingBudget } from './decoding-budget.ts';
import { longRuns } from './long-runs.ts';

/** Where an escape begins. */
export interface EscapePlace {
  readonly form: EscapeForm;
  readonly at: number;
}

/** A piece of a text that comes in pieces, and the part of it that is to be looked at. */
export interface TextPart {
  readonly bytes: Buffer;
  /** Where the bytes begin in the whole text. */
  readonly offset: number;
  /** Encoded texts begin from here on and before `to`; they may end behind it. */
  readonly from: number;
  readonly to: number;
  /** Where escapes stand in it, in any order. */
  readonly escapes: readonly EscapePlace[];
}

/**
 * Finds what is written in another form in a text: base64 in both alphabets and over several lines, hex, both of them
 * compressed; percent encoding, character references of HTML, escapes of strings, JSON in JSON, quoted-printable. Costs next to
 * nothing where there are none.
 */
export class EncodedTexts {
  readonly #budget: DecodingBudget;
  /** Up to where the whole text was looked at, for runs and for each form of escape. */
  #runsDone = 0;
  readonly #escapesDone = new Map<EscapeForm, number>();

  /** @param budget - of the text that it all stands in. */
  constructor(budget: DecodingBudget) {
    this.#budget = budget;
  }

  /** Tells each encoded text, as far as the budget goes; those of different forms may overlap. */
  find(part: TextPart, tell: (decoded: DecodedText) => void): void {
    const within = (decoded: DecodedText) => {
      if (decoded.bytes.length > 0 && this.#budget.take(decoded.bytes.length)) tell(decoded);
    };
    this.#runs(part, within);
    if (part.escapes.length > 0) this.#escapes(part, within);
  }

  #runs({ bytes, offset, from, to }: TextPart, tell: (decoded: DecodedText) => void): void {
    const start = Math.max(from, this.#runsDone - offset);
    const done = longRuns(bytes, start, to, (runStart, runEnd) => {
      const decoded = decodeRun(bytes, runStart, runEnd, this.#budget);
      if (decoded === undefined) return runEnd;
      tell(decoded);
      return decoded.end;
    });
    this.#runsDone = offset + done;
  }

  #escapes({ bytes, offset, escapes }: TextPart, tell: (decoded: DecodedText) => void): void {
    for (const { form, at } of escapes.toSorted((a, b) => a.at - b.at)) {
      if (offset + at < (this.#escapesDone.get(form) ?? 0)) continue;
      const decoded = decodeEscapes(bytes, form, at);
      this.#escapesDone.set(form, offset + decoded.end);
      tell(decoded);
    }
  }
}
