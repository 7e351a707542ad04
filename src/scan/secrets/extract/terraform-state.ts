import { nameKind } from '../assigned-name.ts';
import type { Effort } from '../effort.ts';
import type { ExtractContext, Extracted } from '../extractors.ts';
import { isPlaceholder } from '../placeholder.ts';
import { type JsonString, jsonStrings } from './json-strings.ts';

const BEHIND = 12_000;
const AHEAD = 16_000;
const SENSITIVE_REACH = 4_000;
/** Attributes that are secret although their name does not say so, by the type of the resource. */
const SECRET_ATTRIBUTES: ReadonlyMap<string, readonly string[]> = new Map([
  ['aws_iam_access_key', ['secret', 'ses_smtp_password_v4']],
  ['random_password', ['result']],
]);

/**
 * Secrets in the state of Terraform or OpenTofu, which keeps in the clear what a configuration calls sensitive: attributes
 * of resources with the address of the resource, and outputs.
 *
 * https://developer.hashicorp.com/terraform/language/state/sensitive-data
 */
export function extractTerraformState(
  text: string,
  keywordStart: number,
  { effort }: ExtractContext,
): readonly Extracted[] {
  return text.startsWith('"attributes"', keywordStart)
    ? attributes(text, keywordStart, effort)
    : output(text, keywordStart, effort);
}

function attributes(text: string, keywordStart: number, effort: Effort): readonly Extracted[] {
  const before = text.slice(Math.max(0, keywordStart - BEHIND), keywordStart);
  if (!/"(?:schema_version|index_key|instances)"\s*:/.test(before.slice(-600))) return [];
  const open = text.indexOf('{', keywordStart);
  if (open < 0 || open > keywordStart + 40) return [];
  const { type, address } = resourceOf(before, effort);
  const strings = [...jsonStrings(text, open, AHEAD)];
  const end = strings.at(-1)?.end ?? open;
  effort.spend(4 * ((strings.at(-1)?.end ?? open + AHEAD) - open) + SENSITIVE_REACH);
  const sensitive = sensitiveNames(text.slice(end, end + SENSITIVE_REACH));
  return strings.flatMap((string) => {
    const name = string.path.findLast((part) => part !== '') ?? '';
    const isSecret =
      sensitive.has(string.path[0] ?? '') ||
      SECRET_ATTRIBUTES.get(type)?.includes(name) === true ||
      /^(?:password|token)$/.test(nameKind(name) ?? '');
    return isSecret ? told(string, { resource: address, attribute: name }) : [];
  });
}

/** The resource whose instances follow: the last one that is named before. */
function resourceOf(before: string, effort: Effort): { type: string; address: string } {
  const own = before.slice(Math.max(0, before.lastIndexOf('"mode"') - 300));
  effort.spend(4 * own.length);
  const last = (name: string) =>
    [...own.matchAll(new RegExp(`"${name}"\\s{0,4}:\\s{0,4}"([^"\\\\]{1,200})"`, 'g'))].at(-1)?.[1];
  const [module, type = 'unknown', name = 'unknown'] = ['module', 'type', 'name'].map(last);
  const index = /"index_key"\s{0,4}:\s{0,4}(?:(\d{1,9})|"([^"\\]{1,100})")[^{}]*$/.exec(own);
  const key = index === null ? '' : index[1] === undefined ? `["${index[2]}"]` : `[${index[1]}]`;
  const data = /"mode"\s{0,4}:\s{0,4}"data"/.test(own) ? 'data.' : '';
  return { type, address: `${module === undefined ? '' : `${module}.`}${data}${type}.${name}${key}` };
}

/** Attributes that the provider or the configuration marks: a list of paths, of which the first step counts here. */
function sensitiveNames(behind: string): ReadonlySet<string> {
  const list = /^[\s\S]{0,2000}?"sensitive_attributes"\s{0,4}:\s{0,4}\[([\s\S]{0,2000}?)\]\s*[,}]/.exec(
    behind.split('"attributes"')[0] ?? '',
  );
  const names = [...(list?.[1] ?? '').matchAll(/"value"\s{0,4}:\s{0,4}"([^"\\]{1,100})"/g)];
  return new Set(names.map((match) => match[1] ?? ''));
}

/** `"name": {"value": "…", "type": "string", "sensitive": true}`. */
function output(text: string, keywordStart: number, effort: Effort): readonly Extracted[] {
  const before = text.slice(Math.max(0, keywordStart - 4_000), keywordStart);
  effort.spend(before.length);
  const match =
    /"([\w-]{1,100})"\s{0,8}:\s{0,8}\{\s{0,40}"value"\s{0,4}:\s{0,4}"((?:[^"\\]|\\.){1,2000})"[^{}]{0,200}$/.exec(
      before,
    );
  if (match === null) return [];
  const [all, name = '', written = ''] = match;
  const start = keywordStart - before.length + match.index + all.indexOf(`"${written}"`, all.indexOf('{')) + 1;
  return told({ path: [], start, end: start + written.length, written }, { resource: `output.${name}` });
}

function told({ start, end, written }: JsonString, facts: Readonly<Record<string, string>>): readonly Extracted[] {
  // A private key in the state is found as such.
  if (written.length < 4 || written.length > 2_000 || isPlaceholder(written) || written.startsWith('-----BEGIN'))
    return [];
  const canonical = unescaped(written);
  return [{ start, end, decoded: { facts, ...(canonical === undefined ? {} : { canonical }) } }];
}

/** Terraform writes `&`, `<` and `>`, which passwords are full of, as escapes: elsewhere the same secret has none. */
function unescaped(written: string): string | undefined {
  if (!written.includes('\\')) return undefined;
  try {
    const value: unknown = JSON.parse(`"${Buffer.from(written, 'latin1').toString()}"`);
    return typeof value === 'string' ? Buffer.from(value).toString('latin1') : undefined;
  } catch {
    return undefined;
  }
}
