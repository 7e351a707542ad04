import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import type { CaseValue, ConformanceCase, Expectation } from './conformance-case.ts';

const OPA = 'github.com/open-policy-agent/opa';
const CASES = 'v1/test/cases/testdata/v1';

/** Which terms may have, and value notation has not. No string of an input holds one. */
const TRAILING_COMMA = /,(\s*[}\]])/g;

const value: z.ZodType<CaseValue> = z.lazy(() =>
  z.union([z.null(), z.boolean(), z.number(), z.bigint(), z.string(), z.array(value), z.record(z.string(), value)]),
);

const fileSchema = z.object({
  cases: z.array(
    z.strictObject({
      note: z.string(),
      query: z.string(),
      modules: z.array(z.string()).nullish(),
      data: z.record(z.string(), value).nullish(),
      input: value.optional(),
      input_term: z.string().optional(),
      want_result: z.array(z.record(z.string(), value)).nullish(),
      want_error: z.string().optional(),
      want_error_code: z.string().optional(),
      sort_bindings: z.boolean().optional(),
      strict_error: z.boolean().optional(),
      /** Of variables that OPA's compiler makes up, which ours has other names for. */
      ignore_generated_vars: z.boolean().optional(),
    }),
  ),
});

type WrittenCase = z.infer<typeof fileSchema>['cases'][number];

/** The cases that ship with the version of OPA that the compiler is built from. They are read where Go keeps its modules. */
export function readCases(): readonly ConformanceCase[] {
  const folder = join(opaFolder(), CASES);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml'));
  const written = files.sort().flatMap((file) => {
    const content: unknown = parse(readFileSync(join(folder, file), 'utf8'), { intAsBigInt: true });
    return fileSchema.parse(content).cases.map((each) => ({ file, each }));
  });
  return written.map(({ file, each }, id) => toCase(id, file, each));
}

/** Fetches the module where it is not there yet, and verifies it against `go.sum`, as building the compiler does. */
function opaFolder(): string {
  const answer = execFileSync('go', ['mod', 'download', '-json', OPA], {
    cwd: fileURLToPath(new URL('../../rego/compiler/', import.meta.url)),
    env: { ...process.env, GOFLAGS: '-mod=readonly', GOWORK: 'off', GOTOOLCHAIN: 'local' },
    encoding: 'utf8',
  });
  return z.object({ Dir: z.string() }).parse(JSON.parse(answer)).Dir;
}

function toCase(id: number, file: string, each: WrittenCase): ConformanceCase {
  return {
    id,
    file,
    note: each.note,
    query: each.query,
    modules: each.modules ?? [],
    data: toJson(each.data ?? {}),
    input:
      each.input_term?.replace(TRAILING_COMMA, '$1') ?? (each.input === undefined ? undefined : toJson(each.input)),
    strict: each.strict_error === true,
    expected: toExpectation(each),
  };
}

function toExpectation(each: WrittenCase): Expectation {
  const { want_error: message, want_error_code: code, want_result: bindings } = each;
  if (message !== undefined || code !== undefined) return { kind: 'error', code, message };
  if (bindings === undefined || bindings === null) throw new Error(`${each.note}: nothing is expected`);
  return { kind: 'result', bindings, sort: each.sort_bindings === true };
}

/** `JSON.stringify` knows no `bigint`. */
function toJson(each: CaseValue): string {
  if (typeof each === 'bigint') return String(each);
  if (typeof each !== 'object' || each === null) return JSON.stringify(each);
  if (Array.isArray(each)) return `[${each.map(toJson).join(',')}]`;
  return `{${Object.entries(each)
    .map(([key, member]) => `${JSON.stringify(key)}:${toJson(member)}`)
    .join(',')}}`;
}
