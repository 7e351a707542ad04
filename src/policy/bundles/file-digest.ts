import { createHash, randomUUID } from 'node:crypto';
import { parseDocument } from 'yaml';
import { bundleFault } from './bundle-fault.ts';

/** Names of OPA for the algorithms that are still good for signatures; MD5 and SHA-1 are not. */
const ALGORITHMS: Readonly<Record<string, string>> = {
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
  'SHA-512-256': 'sha512-256',
};

/** JSON as digests see it: a number is the text that it was written as. */
type Written = null | boolean | string | NumberText | readonly Written[] | { readonly [key: string]: Written };

class NumberText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/**
 * The digest of a file as OPA signs it, in hex: over the bytes, or, of a manifest and of data, over the document with sorted keys and
 * without blanks, its numbers as they are written.
 *
 * @throws AppError ERR_POLICY_BUNDLE for an algorithm that is not taken, and a document that cannot be read.
 */
export function fileDigest(path: string, content: Buffer, algorithm: string): string {
  const name = Object.hasOwn(ALGORITHMS, algorithm) ? ALGORITHMS[algorithm] : undefined;
  if (name === undefined)
    throw bundleFault(
      `.signatures.json: ${JSON.stringify(algorithm)} is no digest that is taken, expected ${Object.keys(ALGORITHMS).join(', ')}`,
    );
  const hash = createHash(name);
  if (!/(?:^|\/)(?:\.manifest|data\.json|data\.ya?ml)$/.test(path)) return hash.update(content).digest('hex');
  return hash.update(canonical(writtenValue(path, content.toString('utf8')))).digest('hex');
}

function writtenValue(path: string, text: string): Written {
  try {
    return /\.ya?ml$/.test(path) ? fromYaml(text) : fromJson(text);
  } catch (cause) {
    throw bundleFault(`${path}: cannot be read, so its digest cannot be told`, undefined, cause);
  }
}

/** Numbers become strings behind a mark that nobody can have guessed. */
function fromJson(text: string): Written {
  JSON.parse(text);
  const mark = randomUUID();
  return JSON.parse(markNumbers(text, mark), (_, value: unknown) =>
    typeof value === 'string' && value.startsWith(mark) ? new NumberText(value.slice(mark.length)) : value,
  ) as Written;
}

function markNumbers(json: string, mark: string): string {
  let marked = '';
  let copied = 0;
  for (let at = 0; at < json.length; ) {
    const code = json.charCodeAt(at);
    if (code === 0x22) {
      at = endOfString(json, at);
    } else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
      const start = at;
      while (at < json.length && /[-+.0-9eE]/.test(json.charAt(at))) at++;
      marked += `${json.slice(copied, start)}"${mark}${json.slice(start, at)}"`;
      copied = at;
    } else at++;
  }
  return marked + json.slice(copied);
}

function endOfString(json: string, start: number): number {
  let at = start + 1;
  while (json.charCodeAt(at) !== 0x22) at += json.charCodeAt(at) === 0x5c ? 2 : 1;
  return at + 1;
}

function fromYaml(text: string): Written {
  const document = parseDocument(text, { intAsBigInt: true });
  if (document.errors.length > 0) throw document.errors[0];
  return yamlValue(document.toJS({ maxAliasCount: 100 }));
}

function yamlValue(value: unknown): Written {
  if (typeof value === 'bigint' || typeof value === 'number') return new NumberText(String(value));
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(yamlValue);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, yamlValue(member)]));
}

function canonical(value: Written): string {
  if (value instanceof NumberText) return value.text;
  if (isList(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).sort(([one], [other]) =>
      Buffer.compare(Buffer.from(one), Buffer.from(other)),
    );
    return `{${members.map(([key, member]) => `${quoted(key)}:${canonical(member)}`).join(',')}}`;
  }
  return typeof value === 'string' ? quoted(value) : JSON.stringify(value);
}

function isList(value: Written): value is readonly Written[] {
  return Array.isArray(value);
}

/** As Go writes a string: no lone surrogates, and the two line ends that JavaScript once took for its own are escaped. */
function quoted(text: string): string {
  const replaced = text.replaceAll(/\p{Surrogate}/gu, '\ufffd');
  return JSON.stringify(replaced).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}
