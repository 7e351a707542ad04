import { byteOrder } from '../decode-text.ts';
import type { FileHead } from '../scanner.ts';

const YAML_NAME = /\.ya?ml$/i;
const NO_CONTENT = /^\s*(?:#.*)?$|^%/;
const BEGINS_YAML = /^\s*(?:---(?:\s|$)|\{|[!&]|["']?[\w./-]+["']?\s*:(?:\s|$))/;

/**
 * Whether a file may be YAML: by its name, or because it begins with a key and is no prose with examples in fences. So
 * manifests have no need of a certain name, and a README that shows one is none.
 */
export function looksLikeYaml(path: string, text: string): boolean {
  if (YAML_NAME.test(path)) return true;
  return BEGINS_YAML.test(firstContentLine(text)) && !/^[ \t]*```/m.test(text);
}

/** False where the text has no such word of ASCII characters: nothing is decoded for that. */
export function mayHold({ head }: FileHead, word: string): boolean {
  if (byteOrder(head).encoding !== 'utf-8') return true;
  return Buffer.from(head.buffer, head.byteOffset, head.byteLength).includes(word, 0, 'latin1');
}

/** Bytes that nearly always hold the first line which is no comment. */
const START = 2_048;

/** False where `looksLikeYaml` would say no, which for most files is told by their first bytes. */
export function mayLookLikeYaml({ path, head }: FileHead): boolean {
  if (YAML_NAME.test(path) || byteOrder(head).encoding !== 'utf-8') return true;
  const { mark } = byteOrder(head);
  const start = Buffer.from(head.buffer, head.byteOffset + mark, Math.min(START, head.byteLength - mark)).toString(
    'latin1',
  );
  const line = firstContentLine(start);
  // Cut off, or nothing but comments so far.
  if (head.length > START && (line === '' || start.endsWith(line))) return true;
  return BEGINS_YAML.test(line) || /[\x80-\xff]/.test(line);
}

/** The first line that is neither empty nor a comment; a text has few before it, so that it is not split as a whole. */
function firstContentLine(text: string): string {
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start);
    const line = text.slice(start, end < 0 ? text.length : end);
    if (!NO_CONTENT.test(line)) return line;
    start += line.length + 1;
  }
  return '';
}
