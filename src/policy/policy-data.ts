import { parseDocument } from 'yaml';
import { z } from 'zod';
import type { AppError } from '../errors.ts';
import type { JsonObject } from '../model/json.ts';
import { invalidPolicy } from './invalid-policy.ts';

const MEBIBYTE = 1024 ** 2;
/** Data is held several times over: as text, as values, and in every instance of a policy. */
const MOST_JSON = 32 * MEBIBYTE;
/** YAML takes some sixty times its size while it is read, and a second for each megabyte or two. */
const MOST_YAML = 2 * MEBIBYTE;
/** A few lines of YAML can unfold to gigabytes. */
const MAX_ALIASES = 100;

const dataSchema: z.ZodType<JsonObject> = z.record(z.string(), z.json());

/** A base document is a file of this name, at any depth. */
export function isDataFile(path: string): boolean {
  return /(?:^|\/)data\.(?:json|ya?ml)$/.test(path);
}

/**
 * Before a base document is read.
 *
 * @throws AppError `ERR_POLICY_INVALID`
 */
export function refuseLargeData(file: string, bytes: number): void {
  const yaml = !file.endsWith('.json');
  const most = yaml ? MOST_YAML : MOST_JSON;
  if (bytes <= most) return;
  const message = `${bytes} bytes of data, expected at most ${most}`;
  const hint = yaml ? 'as data.json, it may be larger' : 'policies need facts to judge by, not a database';
  throw invalidPolicy([{ code: 'lapse_data_error', message, file, line: 1, column: 1 }], hint);
}

/**
 * Reads a base document, JSON or YAML as its name says.
 *
 * @throws AppError `ERR_POLICY_INVALID` with the place of what is wrong.
 */
export function parseData(file: string, text: string): JsonObject {
  refuseLargeData(file, Buffer.byteLength(text));
  const value = file.endsWith('.json') ? parseJson(file, text) : parseYaml(file, text);
  const parsed = dataSchema.safeParse(value ?? {});
  if (!parsed.success) throw invalidData(file, 'expected a map of JSON values', 1, 1);
  return parsed.data;
}

/** A document where its file stands: that of `limits/data.json` is `data.limits`. */
export function mountData(path: string, document: JsonObject): JsonObject {
  const folders = path.split('/').slice(0, -1);
  return folders.reduceRight<JsonObject>((mounted, part) => ({ [part]: mounted }), document);
}

/** JSON's own reader does not always name the place, and may quote the text; most mistakes are mistakes in YAML too. */
function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const offset = / at position (\d+)/.exec(cause instanceof Error ? cause.message : '')?.[1];
    if (offset === undefined && text.length <= MOST_YAML) parseYaml(file, text);
    const before = text.slice(0, Number(offset ?? 0)).split('\n');
    throw invalidData(file, 'invalid JSON', before.length, (before.at(-1)?.length ?? 0) + 1);
  }
}

function parseYaml(file: string, text: string): unknown {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) {
    const { line = 1, col = 1 } = error.linePos?.[0] ?? {};
    throw invalidData(file, error.message.split('\n')[0] ?? '', line, col);
  }
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (cause) {
    throw invalidData(file, cause instanceof Error ? cause.message : String(cause), 1, 1);
  }
}

function invalidData(file: string, message: string, line: number, column: number): AppError {
  return invalidPolicy([{ code: 'lapse_data_error', message, file, line, column }]);
}
