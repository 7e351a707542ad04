import type { OpenFile } from '../file-source.ts';

/** End of the central directory, without a comment. */
const END = 22;
const LARGE = 0xffff_ffff;

/**
 * Whether a zip archive stands at the end of a file that begins as something else: a program that unpacks itself, or a
 * script with its modules. Its offsets count from the beginning of the file, or from where the archive begins.
 *
 * @returns where the archive's offsets count from; undefined when there is none.
 */
export function zipBehind(file: OpenFile): number | undefined {
  const { size, content, readAt } = file;
  if (size <= END || (content === undefined && readAt === undefined)) return undefined;
  const end = content?.subarray(content.length - END) ?? readAt?.(size - END, END) ?? new Uint8Array(0);
  if (end[0] !== 0x50 || end[1] !== 0x4b || end[2] !== 5 || end[3] !== 6) return undefined;
  const view = Buffer.from(end);
  const directorySize = view.readUInt32LE(12);
  const directoryStart = view.readUInt32LE(16);
  if (directorySize === LARGE || directoryStart === LARGE) return 0;
  const start = size - END - directorySize - directoryStart;
  return start >= 0 ? start : undefined;
}
