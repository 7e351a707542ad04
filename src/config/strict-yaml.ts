import { type Document, isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import type { z } from 'zod';
import { AppError, type ErrorCode, invalidFile } from '../errors.ts';
import { describeIssue, type PlacedIssue, placeIssues } from './issues.ts';

/** Far more than a written configuration has; less than what would keep the parser busy. */
const MAX_BYTES = 1024 ** 2;
/** Nodes that aliases may multiply into; a bomb has billions, an honest file a handful. */
const MAX_ALIASES = 50;

/** A file that people write: how messages call it, and the code that its faults have. */
interface NamedText {
  readonly name: string;
  readonly text: string;
  readonly code: ErrorCode;
}

/**
 * Reads a YAML text that must be exactly what a schema says: no unknown key, no bomb.
 *
 * @throws {AppError} of the code that was given, with `name:line:column` of the first fault in the message and of all in
 * `details.issues`. No value of the file is ever part of it: a secret may stand in the wrong place.
 */
export function parseStrictYaml<Schema extends z.ZodType>(schema: Schema, file: NamedText): z.output<Schema> {
  const lines = new LineCounter();
  const document = parseYaml(file, lines);
  const parsed = schema.safeParse(toPlain(document, file));
  if (parsed.success) return parsed.data;
  throw invalidFile(
    file.code,
    file.name,
    placeIssues(parsed.error.issues, schema).map((issue) => {
      const { line, col } = lines.linePos(offsetOf(document, issue));
      return { line, column: col, ...describeIssue(issue, schema) };
    }),
  );
}

function parseYaml(file: NamedText, lineCounter: LineCounter): Document.Parsed {
  const { text, name, code } = file;
  if (Buffer.byteLength(text) > MAX_BYTES) throw new AppError(code, `${name}: larger than ${MAX_BYTES} bytes`);
  const options = { lineCounter, prettyErrors: false, stringKeys: true, version: '1.2' } as const;
  let document: Document.Parsed;
  try {
    document = parseDocument(text, options);
  } catch (cause) {
    // Nesting without end exhausts the parser's stack.
    throw new AppError(code, `${name}:1:1: not readable as YAML`, { cause });
  }
  const faults = [...document.errors, ...document.warnings].map((fault) => {
    const { line, col } = lineCounter.linePos(fault.pos[0]);
    return { line, column: col, message: yamlFault(fault.code) };
  });
  if (faults.length > 0) throw invalidFile(code, name, faults);
  return document;
}

function toPlain(document: Document.Parsed, { name, code }: NamedText): unknown {
  try {
    // An empty file is a configuration that says nothing, which lacks its version.
    return document.toJS({ maxAliasCount: MAX_ALIASES }) ?? {};
  } catch {
    // The library's message names the alias, which may be a value in the wrong place.
    throw new AppError(code, `${name}:1:1: an alias without anchor, or more aliases than a configuration needs`);
  }
}

/** The library's own messages quote the text around the fault, which may be a secret: only the kind of fault is told. */
function yamlFault(code: string): string {
  return `not valid YAML: ${code.toLowerCase().replaceAll('_', ' ')}`;
}

/** Where the issue is: the key for an unknown key, the node for anything else, its nearest parent for what is missing. */
function offsetOf(document: Document.Parsed, issue: PlacedIssue): number {
  if (issue.key !== undefined) {
    const parent = issue.path.length === 0 ? document.contents : document.getIn(issue.path, true);
    const pair = isMap(parent) ? parent.items.find(({ key }) => isScalar(key) && key.value === issue.key) : undefined;
    if (pair !== undefined && isScalar(pair.key)) return pair.key.range?.[0] ?? 0;
  }
  for (let length = issue.path.length; length > 0; length--) {
    const node = document.getIn(issue.path.slice(0, length), true) as Node | undefined;
    if (node?.range) return node.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}
