import { readFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { isPair, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import { z } from 'zod';
import { AppError } from '../../../errors.ts';
import { isObject, type Json, type JsonObject } from '../../../model/json.ts';
import type { PolicySchema, RegoCompiler } from '../../../policy/compiler/compiler.ts';
import type { PolicyProblem } from '../../../policy/compiler/problem.ts';
import { invalidPolicy } from '../../../policy/invalid-policy.ts';
import type { CliContext } from '../../context.ts';

/** An input as somebody wrote it. */
interface InputFile {
  readonly name: string;
  readonly text: string;
}

/**
 * Reads an input from a file, or from stdin for `-`.
 *
 * @throws {AppError} ERR_USAGE
 */
export async function readInputFile(path: string, cli: CliContext): Promise<InputFile> {
  if (path === '-') return { name: 'stdin', text: await text(cli.stdin) };
  const file = resolve(cli.cwd, path);
  const content = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new AppError('ERR_USAGE', `${path}: cannot be read`, { cause });
  });
  return { name: relative(cli.cwd, file), text: content };
}

/** How OPA names the document itself. */
const ROOT = '(Root)';

const mismatchSchema = z.tuple([
  z.boolean(),
  z.array(z.object({ desc: z.string(), field: z.string(), type: z.string().default('') })),
]);

/**
 * Parses an input, and holds it to the schema that policies rely on.
 *
 * @throws {AppError} ERR_POLICY_INVALID with the place of each member that is unknown, missing or of another type.
 */
export async function parseInput(
  { name, text: source }: InputFile,
  schema: PolicySchema,
  defaults: JsonObject,
  compiler: RegoCompiler,
): Promise<JsonObject> {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, keepSourceTokens: true });
  const [fault] = document.errors;
  if (fault !== undefined) {
    const { line, col } = lines.linePos(fault.pos[0]);
    throw invalid(name, [{ message: fault.message.split('\n')[0] ?? 'no JSON', line, column: col }]);
  }
  const value: unknown = document.toJS({ maxAliasCount: 0 });
  if (!isObject(value as Json)) throw invalid(name, [{ message: 'expected a JSON object', line: 1, column: 1 }]);
  const input: JsonObject = { ...defaults, ...(value as JsonObject) };
  const [, mismatches] = mismatchSchema.parse(await compiler.builtin('json.match_schema', [input, schema.schema]));
  // Of alternatives only what the nearest lacks is of use.
  const telling = mismatches.filter(({ type }) => !/any_of|one_of/.test(type));
  if (mismatches.length === 0) return input;
  throw invalid(
    name,
    (telling.length > 0 ? telling : mismatches).map(({ desc, field }) => {
      const path = field === ROOT ? [] : field.split('.');
      const [, extra] = /^Additional property (.+) is not allowed$/.exec(desc) ?? [];
      const node = extra === undefined ? document.getIn(path, true) : keyOf(document.getIn(path, true), extra);
      const { line, col } = lines.linePos((node as Node | undefined)?.range?.[0] ?? 0);
      return {
        message: `${field === ROOT ? 'input' : `input.${field}`}: ${desc}`,
        line: Math.max(line, 1),
        column: Math.max(col, 1),
      };
    }),
  );
}

function keyOf(map: unknown, key: string): Node | undefined {
  if (typeof map !== 'object' || map === null || !('items' in map) || !Array.isArray(map.items)) return undefined;
  const pair: unknown = map.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === key);
  return isPair(pair) && isScalar(pair.key) ? pair.key : undefined;
}

function invalid(file: string, faults: readonly Pick<PolicyProblem, 'message' | 'line' | 'column'>[]): AppError {
  return invalidPolicy(faults.map((fault) => ({ code: 'lapse_input_error', file, ...fault })));
}
