import type { DecodedText } from './decoded-text.ts';
import type { DecodingBudget } from './decoding-budget.ts';
import { endOfRun, SHORTEST_RUN } from './long-runs.ts';
import { base64SaysGzip, base64SaysText, hexSaysGzip, hexSaysText } from './says-text.ts';
import { unpack } from './unpack.ts';

const BACKSLASH = 0x5c;
const EQUALS = 0x3d;
/** Lines shorter than this are no lines of something that was wrapped. */
const SHORTEST_LINE = 40;

/**
 * Decodes what begins at a run of base64 or hex characters, when it says text, compressed or not; with the runs on the lines
 * that follow, where it was wrapped.
 */
export function decodeRun(
  bytes: Buffer,
  runStart: number,
  runEnd: number,
  budget: DecodingBudget,
): DecodedText | undefined {
  // The letter of an escape such as `\n` belongs to what is before the run.
  const start = bytes[runStart - 1] === BACKSLASH ? runStart + 1 : runStart;
  const end = runEnd;
  if (end - start < SHORTEST_RUN) return undefined;
  if (hexSaysText(bytes, start)) return plain(hex(bytes, start, end));
  if (base64SaysText(bytes, start)) return plain(base64(bytes, start, end));
  if (base64SaysGzip(bytes, start)) return unpack(base64(bytes, start, end), budget);
  return hexSaysGzip(bytes, start) ? unpack(hex(bytes, start, end), budget) : undefined;
}

function hex(bytes: Buffer, start: number, runEnd: number): DecodedText {
  // Decoding stops at what is no digit.
  const decoded = Buffer.from(bytes.toString('latin1', start, runEnd), 'hex');
  return {
    encoding: 'hex',
    bytes: decoded,
    spanOf: (from, to) => ({ start: start + 2 * from, end: start + 2 * to }),
    end: start + 2 * decoded.length,
  };
}

function base64(bytes: Buffer, start: number, runEnd: number): DecodedText {
  /** Pieces of the run: how many characters are before each, and where it begins. */
  const counts = [0];
  const starts = [start];
  let characters = bytes.toString('latin1', start, runEnd);
  let end = runEnd;
  const width = runEnd - start;
  while (width >= SHORTEST_LINE && width % 4 === 0 && bytes[end] !== EQUALS) {
    const next = nextLine(bytes, end);
    const lineEnd = next < 0 ? next : endOfRun(bytes, next);
    if (lineEnd <= next || lineEnd - next > width) break;
    counts.push(characters.length);
    starts.push(next);
    characters += bytes.toString('latin1', next, lineEnd);
    end = lineEnd;
    if (lineEnd - next < width) break;
  }
  const placeOf = (character: number) => {
    let piece = counts.length - 1;
    while (piece > 0 && (counts[piece] as number) > character) piece--;
    return (starts[piece] as number) + character - (counts[piece] as number);
  };
  return {
    encoding: 'base64',
    bytes: Buffer.from(characters, 'base64'),
    spanOf: (from, to) => ({
      start: placeOf(Math.floor((from * 4) / 3)),
      end: placeOf(Math.max(0, Math.ceil((to * 4) / 3) - 1)) + 1,
    }),
    end,
  };
}

/** Text of two bytes per character, as some shells take their programs, without the second ones. */
function plain(decoded: DecodedText): DecodedText {
  const { bytes, encoding, spanOf } = decoded;
  if (bytes[1] !== 0 || bytes[3] !== 0) return decoded;
  return {
    ...decoded,
    encoding: `${encoding}>utf-16`,
    bytes: Buffer.from(bytes.filter((_, index) => index % 2 === 0)),
    spanOf: (from, to) => spanOf(2 * from, Math.min(2 * to, bytes.length)),
  };
}

/** How lines of a string are separated: in a file of lines, in YAML, in a string of a program over several lines. */
const LINE_END =
  /^(?:\\r)?(?:\\n|\\?\r?\n[ \t]{0,40}|["'][ \t]{0,4}[+,.\\]?[ \t]{0,4}\r?\n[ \t]{0,40}\+?[ \t]{0,4}["'])/;

/** Where the next line of a wrapped run begins, or -1. */
function nextLine(bytes: Buffer, end: number): number {
  const between = LINE_END.exec(bytes.toString('latin1', end, end + 100))?.[0];
  return between === undefined ? -1 : end + between.length;
}
