import { nameKind } from '../assigned-name.ts';
import { decodeBasicAuth } from '../decode/basic-auth.ts';
import { decodePrivateKey } from '../decode/private-key.ts';
import type { Decoded } from '../decoder.ts';
import { entropy } from '../entropy.ts';
import type { Extracted } from '../extractors.ts';
import { isWords } from '../generic.ts';
import { isPlaceholder } from '../placeholder.ts';

/** How far from its kind the data of a Secret is looked for, in bytes to each side. */
const REACH = 12_000;

/**
 * The values of a Kubernetes Secret: base64 below `data`, and text below `stringData`, in YAML, in indented JSON or in
 * JSON on one line. The members are found by their indentation, which is that of `kind`, so that a list of many
 * objects needs no parser.
 *
 * https://kubernetes.io/docs/concepts/configuration/secret/
 */
export function extractKubernetesSecret(text: string, keywordStart: number): readonly Extracted[] {
  const kind = /^["']?kind["']?:[ ]{0,8}["']?Secret["']?(?![\w-])/i.exec(text.slice(keywordStart, keywordStart + 32));
  if (kind === null) return [];
  const lineStart = text.lastIndexOf('\n', keywordStart) + 1;
  const lead = text.slice(lineStart, keywordStart);
  if (/^[ \t]*(?:-[ ]+)?$/.test(lead)) return membersByIndentation(text, lineStart, lead.length);
  return membersInJson(text, keywordStart);
}

/** Lines of the object that `kind` is a member of: those before and behind it that are not indented less. */
function membersByIndentation(text: string, kindLine: number, indentation: number): readonly Extracted[] {
  const found: Extracted[] = [];
  let start = kindLine;
  // `- kind:` is the first line of its object.
  while (start > 0 && kindLine - start < REACH && !/^[ \t]*-/.test(lineAt(text, start))) {
    const previous = start < 2 ? 0 : text.lastIndexOf('\n', start - 2) + 1;
    const line = lineAt(text, previous);
    if (/^---/.test(line) || (line.trim() !== '' && indentationOf(line) < indentation)) break;
    start = previous;
  }
  let section = '';
  for (let at = start; at < text.length && at - kindLine < REACH; ) {
    const line = lineAt(text, at);
    const depth = indentationOf(line);
    if (at > kindLine && (/^---/.test(line) || (line.trim() !== '' && (depth < indentation || /^[ \t]*-/.test(line)))))
      break;
    const member = /^[ \t]*(?:-[ ]+)?["']?([\w.-]{1,253})["']?[ ]?:[ ]*(.*?)[ \t\r,]*$/.exec(line);
    if (member !== null && depth === indentation) section = member[1] ?? '';
    else if (member !== null && depth > indentation) addMember(found, section, member, at, text);
    at += line.length + 1;
  }
  return found;
}

function addMember(found: Extracted[], section: string, member: RegExpExecArray, at: number, text: string): void {
  if (section !== 'data' && section !== 'stringData') return;
  const [line, name = '', written = ''] = member;
  let start = at + line.lastIndexOf(written);
  let value = written;
  if (/^[|>][+-]?$/.test(written)) {
    // A block: its lines follow, indented further.
    const block = /^(?:[ \t]+[^\n]*(?:\n|$)){1,200}/.exec(text.slice(at + lineAt(text, at).length + 1))?.[0] ?? '';
    start = at + lineAt(text, at).length + 1 + (block.length - block.trimStart().length);
    value = block.split(/\n(?=[ \t]*[\w.-]+:)/)[0]?.trim() ?? '';
  }
  const quote = /^["']/.exec(value)?.[0] ?? '';
  const bare = quote === '' ? value.replace(/[ \t]#.*$/, '') : (value.slice(1).split(quote)[0] ?? '');
  const decoded = judge(name, bare, section === 'data');
  if (decoded !== undefined)
    found.push({ start: start + quote.length, end: start + quote.length + bare.length, decoded });
}

function membersInJson(text: string, keywordStart: number): readonly Extracted[] {
  const from = Math.max(0, keywordStart - REACH);
  const before = text.slice(from, keywordStart);
  const own = before.slice(before.lastIndexOf('"kind"') + 1);
  const behind = text.slice(keywordStart + 6, keywordStart + REACH).split('"kind"')[0] ?? '';
  const found: Extracted[] = [];
  for (const [piece, offset] of [
    [own, keywordStart - own.length],
    [behind, keywordStart + 6],
  ] as const) {
    const data = /"(data|stringData)"\s{0,4}:\s{0,4}\{([^{}]{0,10000})\}/.exec(piece);
    if (data === null) continue;
    const [all, section, body = ''] = data;
    const bodyStart = offset + data.index + all.length - 1 - body.length;
    for (const member of body.matchAll(/"([^"\\]{1,253})"\s{0,4}:\s{0,4}"([^"\\]{1,8000})"/g)) {
      const [pair, name = '', value = ''] = member;
      const decoded = judge(name, value, section === 'data');
      const start = bodyStart + member.index + pair.length - 1 - value.length;
      if (decoded !== undefined) found.push({ start, end: start + value.length, decoded });
    }
  }
  return found;
}

/** What a member is: undefined for what is no secret, such as a user name or a certificate. */
function judge(name: string, written: string, encoded: boolean): Decoded | undefined {
  const compact = written.replaceAll(/\s+/g, '');
  if (encoded && !/^[A-Za-z0-9+/]{4,}={0,2}$/.test(compact)) return undefined;
  const value = encoded ? Buffer.from(compact, 'base64').toString('latin1') : written;
  const key = /-----BEGIN (?:[A-Z0-9]+ )?PRIVATE KEY[\s\S]*/.exec(value)?.[0];
  const facts = { key: name };
  if (key !== undefined) {
    const decoded = decodePrivateKey({ value: key.split('-----END')[0] ?? '' });
    return decoded === undefined ? undefined : { ...decoded, facts: { ...decoded.facts, ...facts } };
  }
  const auth = /^\.dockerc(?:onfigjson|fg)$/.test(name)
    ? /"auth"\s*:\s*"([A-Za-z0-9+/=]+)"/.exec(value)?.[1]
    : undefined;
  if (auth !== undefined) return decodeBasicAuth({ value: auth });
  const text = value.trim();
  if (text.length < 4 || /[^\x20-\x7e]/.test(text) || isPlaceholder(text)) return undefined;
  const random =
    text.length >= 16 && !text.includes(' ') && /[0-9]/.test(text) && /[A-Za-z]/.test(text) && entropy(text) >= 3.5;
  const kind = nameKind(name);
  // A token in words is a sample.
  if (kind === 'token' && isWords(text)) return undefined;
  return kind !== undefined || random ? { canonical: text, facts } : undefined;
}

function lineAt(text: string, start: number): string {
  const end = text.indexOf('\n', start);
  return text.slice(start, end < 0 ? text.length : end);
}

/** Spaces before the first character; the mark of a list item counts as such. */
function indentationOf(line: string): number {
  return /^[ \t]*(?:-[ ]+)?/.exec(line)?.[0].length ?? 0;
}
