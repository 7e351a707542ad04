import { countLines } from './count-lines.ts';

const NEWLINE = 10;

/** Line and column, both from 1; the column in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * Turns byte offsets of UTF-8 text into positions. Offsets are asked for in ascending order, so that the text is gone
 * through once however long its lines are, and can be given in pieces.
 */
export class PositionTracker {
  #offset = 0;
  #line = 1;
  #column = 1;

  /**
   * The position of a byte.
   *
   * @param bytes - a piece of the text that holds everything from the last offset asked for on.
   * @param start - the offset of that piece in the text.
   */
  at(offset: number, bytes: Uint8Array, start: number): Position {
    const end = offset - start;
    let column = this.#column;
    let lineStart = this.#offset - start;
    const lines = lineStart < end ? countLines(bytes, lineStart, end) : 0;
    if (lines > 0) {
      this.#line += lines;
      column = 1;
      lineStart = bytes.lastIndexOf(NEWLINE, end - 1) + 1;
    }
    for (let index = lineStart; index < end; index++) column += utf16Units(bytes, index);
    this.#offset = Math.max(this.#offset, offset);
    this.#column = column;
    return { line: this.#line, column };
  }
}

/** How many lines one place is further than another; negative when it comes first. */
export function linesBetween(bytes: Uint8Array, from: number, to: number): number {
  return from <= to ? countLines(bytes, from, to) : -countLines(bytes, to, from);
}

/** UTF-16 units of a piece of UTF-8 text, up to its first line end. */
export function unitsOfLine(bytes: Uint8Array, from: number, to: number): number {
  let units = 0;
  for (let index = from; index < to; index++) {
    const byte = bytes[index] as number;
    if (byte === NEWLINE || (byte === 13 && bytes[index + 1] === NEWLINE)) break;
    units += utf16Units(bytes, index);
  }
  return units;
}

/** What the byte that begins a character counts; the bytes that continue one count nothing. */
function utf16Units(bytes: Uint8Array, index: number): number {
  const byte = bytes[index] as number;
  if (byte < 0x80) return 1;
  if (byte < 0xc0) return 0;
  // Only a whole character of four bytes is a pair of units: a stray byte is shown as one replacement character.
  return byte >= 0xf0 && continues(bytes[index + 1]) && continues(bytes[index + 2]) && continues(bytes[index + 3])
    ? 2
    : 1;
}

function continues(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x80 && byte < 0xc0;
}
