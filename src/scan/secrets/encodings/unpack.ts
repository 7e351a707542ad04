import { constants, gunzipSync } from 'node:zlib';
import { isZlibError } from '../../archives/decompress.ts';
import { isMostlyText } from '../is-mostly-text.ts';
import type { DecodedText } from './decoded-text.ts';
import type { DecodingBudget } from './decoding-budget.ts';

const CHUNK = 65_536;
/** So much of what is packed is shown as the place of what is in it: in bytes. */
const SHOWN = 48;

/** The text that was compressed by gzip and then encoded. Undefined for what is no text, damaged or too much. */
export function unpack(decoded: DecodedText, budget: DecodingBudget): DecodedText | undefined {
  const most = budget.unpackable;
  if (most === 0) return undefined;
  const bytes = gunzip(decoded.bytes, most);
  budget.unpacked(bytes?.length);
  if (bytes === undefined || !isMostlyText(bytes)) return undefined;
  const { start, end } = decoded.spanOf(0, Math.min(SHOWN, decoded.bytes.length));
  return {
    encoding: `${decoded.encoding}>gzip`,
    bytes: bytes.includes(0) ? Buffer.from(bytes.filter((byte) => byte !== 0)) : bytes,
    spanOf: () => ({ start, end }),
    vague: true,
    end: decoded.end,
  };
}

/** What can be had of it where its end is missing; nothing of what is damaged; undefined where it is more than `most` bytes. */
function gunzip(bytes: Buffer, most: number): Buffer | undefined {
  try {
    return gunzipSync(bytes, { maxOutputLength: most, chunkSize: CHUNK, finishFlush: constants.Z_SYNC_FLUSH });
  } catch (error) {
    if (!isZlibError(error)) throw error;
    return error instanceof RangeError ? undefined : Buffer.alloc(0);
  }
}
