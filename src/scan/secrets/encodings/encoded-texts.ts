import { decodeEscapes, type EscapeForm, tellsSomething } from './decode-escapes.ts';
import { decodeRun } from './decode-run.ts';
import type { DecodedText } from './decoded-text.ts';
import { endOfRun, nextLongRun } from './long-runs.ts';

/** Where an escape may begin. */
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
  /** Where keywords of escapes stand in it, in any order. */
  readonly escapes: readonly EscapePlace[];
}

/**
 * Finds what is written in another form in a text: base64 in both alphabets and over several lines, hex, percent encoding,
 * character references of HTML, escapes of strings. Costs next to nothing where there are none.
 */
export class EncodedTexts {
  /** Up to where the whole text was looked at, for runs and for each form of escape. */
  readonly #done = new Map<EscapeForm | 'run', number>();

  /** Those of different forms may overlap. */
  *in(part: TextPart): Generator<DecodedText> {
    const { bytes, offset, to } = part;
    let from = Math.max(part.from, this.#doneWith('run') - offset);
    for (let start = nextLongRun(bytes, from, to); start >= 0; start = nextLongRun(bytes, from, to)) {
      const decoded = decodeRun(bytes, start);
      from = Math.max(decoded?.end ?? 0, endOfRun(bytes, start));
      if (decoded !== undefined) yield decoded;
    }
    this.#done.set('run', offset + from);
    for (const { form, at } of part.escapes.toSorted((a, b) => a.at - b.at)) {
      if (offset + at < this.#doneWith(form) || !tellsSomething(bytes, form, at)) continue;
      const decoded = decodeEscapes(bytes, form, at);
      this.#done.set(form, offset + decoded.end);
      yield decoded;
    }
  }

  #doneWith(form: EscapeForm | 'run'): number {
    return this.#done.get(form) ?? 0;
  }
}
