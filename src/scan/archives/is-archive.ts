import type { OpenFile } from '../file-source.ts';
import { archiveFormat } from './archive-format.ts';
import { zipBehind } from './zip-behind.ts';

/** Whether `members` finds more in a file than the file itself, or has something to say of it. */
export function isArchive(file: OpenFile): boolean {
  return archiveFormat(file.head) !== undefined || zipBehind(file) !== undefined;
}
