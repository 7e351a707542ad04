import { decodeBasicAuth } from '../decode/basic-auth.ts';
import { decodePrivateKey } from '../decode/private-key.ts';
import type { Decoded } from '../decoder.ts';
import type { Effort } from '../effort.ts';
import type { ExtractContext, Extracted } from '../extractors.ts';
import { behindObject } from './json-strings.ts';
import { isNamedSecret } from './named-secret.ts';

/** How far from its kind the data of a Secret is looked for, in bytes to each side. */
const REACH = 12_000;
const DEEPEST_INDENTATION = 1_000;
/** What looking at a line costs beside its characters. */
const LINE_STEPS = 50;

/** What the metadata says, told with each value. */
interface Named {
  name?: string;
  namespace?: string;
}

/**
 * The values of a Kubernetes Secret: base64 below `data`, and text below `stringData`, in YAML, in its flow style, in
 * indented JSON or in JSON on one line. The members are found by their indentation, which is that of `kind`, so that a
 * list of many objects, or a template of Helm, needs no parser.
 *
 * https://kubernetes.io/docs/concepts/configuration/secret/
 */
export function extractKubernetesSecret(
  text: string,
  keywordStart: number,
  { effort }: ExtractContext,
): readonly Extracted[] {
  const kind = /^["']?kind["']?:[ ]{0,8}["']?Secret["']?(?![\w-])/i.exec(text.slice(keywordStart, keywordStart + 32));
  if (kind === null) return [];
  // How far in it stands; on a line that goes on for long it does not.
  const near = text.slice(Math.max(0, keywordStart - DEEPEST_INDENTATION), keywordStart);
  const lineStart = keywordStart - near.length + near.lastIndexOf('\n') + 1;
  const lead = text.slice(lineStart, keywordStart);
  if (/^[ \t]*(?:-[ ]+)?$/.test(lead)) return membersByIndentation(text, lineStart, lead.length, effort);
  return membersInFlow(text, keywordStart, effort);
}

/** Lines of the object that `kind` is a member of: those before and behind it that are not indented less. */
function membersByIndentation(
  text: string,
  kindLine: number,
  indentation: number,
  effort: Effort,
): readonly Extracted[] {
  const found: Extracted[] = [];
  let start = kindLine;
  // `- kind:` is the first line of its object.
  while (start > 0 && kindLine - start < REACH && !/^[ \t]*-/.test(lineAt(text, start))) {
    const previous = start < 2 ? 0 : text.lastIndexOf('\n', start - 2) + 1;
    const line = lineAt(text, previous);
    effort.spend(LINE_STEPS + line.length);
    if (/^---/.test(line) || isOtherKind(line, indentation) || (isCode(line) && indentationOf(line) < indentation))
      break;
    start = previous;
  }
  let section = '';
  const named: Named = {};
  for (let at = start; at < text.length && at - kindLine < REACH; ) {
    const line = lineAt(text, at);
    const depth = indentationOf(line);
    effort.spend(LINE_STEPS + line.length);
    if (at > kindLine && isOtherKind(line, indentation)) break;
    if (at > kindLine && (/^---/.test(line) || (isCode(line) && (depth < indentation || /^[ \t]*-/.test(line))))) break;
    const member = /^[ \t]*(?:-[ ]+)?["']?([\w.-]{1,253})["']?[ ]?:[ ]*(.*?)[ \t\r,]*$/.exec(line);
    let next = at + line.length + 1;
    if (member !== null && depth === indentation) {
      section = member[1] ?? '';
      const open = at + line.indexOf('{', line.indexOf(':'));
      if (/^\{(?!\{)/.test(member[2] ?? '')) {
        next = behindObject(text, open, REACH);
        if (section === 'metadata') Object.assign(named, namesIn(text.slice(open, next)));
        else addFlow(found, section, text, open, next);
      }
    } else if (member !== null && depth > indentation) {
      if (section === 'metadata') noteName(named, member);
      else addMember(found, section, member, at, text);
    }
    at = next;
  }
  return withNames(found, named);
}

/** No object has a kind twice: where its last line is missing, another one begins. */
function isOtherKind(line: string, indentation: number): boolean {
  return indentationOf(line) === indentation && /^[ \t]*(?:-[ ]+)?["']?kind["']?[ ]?:/.test(line);
}

/** Lines that say something: templates' own lines and empty ones may be indented as they like. */
function isCode(line: string): boolean {
  return line.trim() !== '' && !/^[ \t]*(?:\{\{.*\}\}[ \t\r]*$|#)/.test(line);
}

function noteName(named: Named, member: RegExpExecArray): void {
  const value = (member[2] ?? '').replaceAll(/["']/g, '');
  if (value === '' || value.includes('{{')) return;
  if (member[1] === 'name') named.name ??= value;
  if (member[1] === 'namespace') named.namespace ??= value;
}

/** Of metadata in flow style; what labels and annotations say is not meant. */
function namesIn(metadata: string): Named {
  const own = metadata.slice(1).replaceAll(/\{[^{}]{0,4000}\}/g, '');
  const member = (name: string) =>
    new RegExp(`(?:^|[\\s{,"'])${name}["']?\\s{0,4}:\\s{0,4}["']?([\\w.-]{1,253})`).exec(own)?.[1];
  const [name, namespace] = [member('name'), member('namespace')];
  return { ...(name === undefined ? {} : { name }), ...(namespace === undefined ? {} : { namespace }) };
}

function withNames(found: readonly Extracted[], named: Named): readonly Extracted[] {
  return found.map(({ decoded, ...place }) => ({
    ...place,
    decoded: { ...decoded, facts: { ...decoded.facts, ...named } },
  }));
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
  // A template may hold the value itself: `{{ "…" | b64enc }}`.
  const literal = /^\{\{-?[ ]?["']([^"'\\{}]{4,2000})["'][ ]?\|/.exec(value);
  if (literal !== null) {
    const inner = literal[1] ?? '';
    const at = start + value.indexOf(inner);
    const decoded = judge(name, inner, false);
    if (decoded !== undefined) found.push({ start: at, end: at + inner.length, decoded });
    return;
  }
  const quote = /^["']/.exec(value)?.[0] ?? '';
  const bare = quote === '' ? value.replace(/[ \t]#.*$/, '') : (value.slice(1).split(quote)[0] ?? '');
  const decoded = judge(name, bare, section === 'data');
  if (decoded !== undefined)
    found.push({ start: start + quote.length, end: start + quote.length + bare.length, decoded });
}

const SECTION = /(?<![\w-])["']?(data|stringData)["']?\s{0,4}:\s{0,4}\{/g;
const METADATA = /(?<![\w-])["']?metadata["']?\s{0,4}:\s{0,4}\{/;
const KIND = /(?<![\w-])kind["']?\s{0,4}:/;
const KIND_HERE = new RegExp(KIND, 'y');

/** Around a `kind` in one line with other members: up to the next `kind` on both sides, where those of other objects begin. */
function membersInFlow(text: string, keywordStart: number, effort: Effort): readonly Extracted[] {
  const from = Math.max(0, keywordStart - REACH);
  const begin = from + behindLastKind(text.slice(from, keywordStart));
  const behind = text.slice(keywordStart + 6, keywordStart + REACH);
  const next = behind.search(KIND);
  const end = keywordStart + 6 + (next < 0 ? behind.length : next);
  const own = text.slice(begin, end);
  effort.spend(4 * own.length);
  const found: Extracted[] = [];
  for (const match of own.matchAll(SECTION)) {
    const open = begin + match.index + match[0].length - 1;
    // There may be as many of these as there is room for.
    if (!effort.spend(4 * (Math.abs(open - keywordStart) + end - open))) break;
    // Of the object before, where it ends between that `kind` and this one.
    if (open < keywordStart && closesMore(text.slice(open, keywordStart))) continue;
    if (open > keywordStart && closesMore(text.slice(keywordStart, open))) continue;
    addFlow(found, match[1] ?? '', text, open, behindObject(text, open, Math.min(REACH, end - open)));
  }
  const metadata = METADATA.exec(own);
  if (metadata === null) return found;
  const open = begin + metadata.index + metadata[0].length - 1;
  const close = behindObject(text, open, 8_000);
  effort.spend(4 * (close - open));
  return withNames(found, namesIn(text.slice(open, close)));
}

/** Where the last `kind` ends; 0 where there is none. From the end: it is near where there are many. */
function behindLastKind(text: string): number {
  for (let at = text.length; at > 0; ) {
    at = text.lastIndexOf('kind', at - 1);
    KIND_HERE.lastIndex = at;
    if (at >= 0 && KIND_HERE.test(text)) return KIND_HERE.lastIndex;
  }
  return 0;
}

/** Whether more braces are closed than opened: then the text leaves the object that it begins in. */
function closesMore(text: string): boolean {
  let depth = 0;
  for (const character of text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '')) {
    if (character === '{') depth++;
    else if (character === '}' && --depth < 0) return true;
  }
  return false;
}

const PAIR =
  /["']?([\w.-]{1,253})["']?\s{0,4}:\s{0,4}(?:"([^"\\\n]{1,8000})"|'([^'\n]{1,8000})'|([^\s"'{}[\],][^\s{},]{0,8000}))/g;

function addFlow(found: Extracted[], section: string, text: string, open: number, end: number): void {
  if (section !== 'data' && section !== 'stringData') return;
  for (const pair of text.slice(open, end).matchAll(PAIR)) {
    const [all, name = '', double, single, bare] = pair;
    const value = double ?? single ?? bare ?? '';
    const start = open + pair.index + all.length - value.length - (bare === undefined ? 1 : 0);
    const decoded = judge(name, value, section === 'data');
    if (decoded !== undefined) found.push({ start, end: start + value.length, decoded });
  }
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
  if (auth !== undefined) {
    const login = decodeBasicAuth({ value: auth });
    return login === undefined ? undefined : { ...login, facts: { ...login.facts, ...facts } };
  }
  const text = value.trim();
  return isNamedSecret(name, text) ? { canonical: text, facts } : undefined;
}

function lineAt(text: string, start: number): string {
  const end = text.indexOf('\n', start);
  return text.slice(start, end < 0 ? text.length : end);
}

/** Spaces before the first character; the mark of a list item counts as such. */
function indentationOf(line: string): number {
  return /^[ \t]*(?:-[ ]+)?/.exec(line)?.[0].length ?? 0;
}
