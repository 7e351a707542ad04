import { z } from 'zod';
import { AppError } from '../errors.ts';
import { SEVERITIES } from '../model/finding.ts';
import { isObject, type Json, type JsonObject } from '../model/json.ts';

const LEVELS = [...SEVERITIES, 'off'] as const;

const levelSchema = z.enum(LEVELS, {
  error: ({ input }) => `${JSON.stringify(input)} is no level, expected ${LEVELS.join(', ')}`,
});
const levelsSchema = z.record(z.string(), z.union([z.string().pipe(levelSchema), z.record(z.string(), levelSchema)]));
const thresholdsSchema = z.record(z.string(), z.number().positive());
const names = z.array(z.string().min(1)).min(1);

/** Who stands behind an exception, why, and until when. What is shipped has no end, and may be changed in parts. */
const exceptionSchema = z.strictObject({
  prefix: z.string().optional(),
  subjects: names,
  rules: names,
  reason: z.string().min(1),
  owner: z.string().min(1),
  expires: z.iso.date(),
});

const overrideSchema = z
  .strictObject({
    environments: names.optional(),
    owners: names.optional(),
    thresholds: thresholdsSchema.default({}),
    levels: levelsSchema.default({}),
  })
  .refine(({ environments, owners }) => environments !== undefined || owners !== undefined, {
    error: 'expected environments, owners or both; what is for all stands in thresholds and levels',
  });

/**
 * Checks what a configuration lays over `data.lapse`: a misspelt threshold or rule would silently judge by the value that it was
 * meant to replace, and an exception without an end is forgotten.
 *
 * @param over - `policy.data` of `lapse.yaml`.
 * @param base - the data that is shipped.
 * @param rules - every rule by id, those of the user too.
 * @throws AppError `ERR_POLICY_INVALID` with the path of the value below `policy.data`.
 */
export function checkPolicyData(over: JsonObject, base: JsonObject, rules: ReadonlyMap<string, unknown>): void {
  const shipped = isObject(base.lapse) ? base.lapse : {};
  const known = { thresholds: membersOf(shipped.thresholds), exceptions: membersOf(shipped.allowed) };
  const thresholds = thresholdsSchema.refine(...onlyKnown(known.thresholds, 'threshold'));
  const levels = levelsSchema.refine(...onlyKnown(rules, 'rule'));
  const schema = z.looseObject({
    thresholds: thresholds.optional(),
    levels: levels.optional(),
    overrides: z
      .record(
        z.string(),
        overrideSchema.and(z.object({ thresholds: thresholds.optional(), levels: levels.optional() })),
      )
      .optional(),
    allowed: z.record(z.string(), z.json()).optional(),
  });
  const { allowed = {} } = parse(schema, over, []);
  for (const [name, entry] of Object.entries(allowed)) {
    const expected = known.exceptions.has(name) ? exceptionSchema.partial() : exceptionSchema;
    const { rules: named = [] } = parse(expected, entry, ['allowed', name]);
    const unknown = named.find((id) => !rules.has(id));
    if (unknown !== undefined) throw invalid(['allowed', name, 'rules'], `there is no rule ${JSON.stringify(unknown)}`);
  }
}

function membersOf(value: Json | undefined): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(isObject(value) ? value : {}));
}

function onlyKnown(known: ReadonlyMap<string, unknown>, what: string) {
  const unknownOf = (record: unknown) => Object.keys(record as object).find((name) => !known.has(name));
  return [
    (record: unknown) => unknownOf(record) === undefined,
    { error: ({ input }: { input?: unknown }) => `there is no ${what} ${JSON.stringify(unknownOf(input))}` },
  ] as const;
}

function parse<T>(schema: z.ZodType<T>, value: unknown, path: readonly string[]): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = innermost(parsed.error.issues[0]);
  throw invalid([...path, ...(issue?.path ?? []).map(String)], issue?.message ?? 'invalid');
}

/** Of a value that may have two forms, what is wrong with the form that it has. */
function innermost(issue: z.core.$ZodIssue | undefined): z.core.$ZodIssue | undefined {
  if (issue?.code !== 'invalid_union') return issue;
  const [text = [], byCase = []] = issue.errors;
  const inner = innermost(byCase[0]?.path.length === 0 ? text[0] : byCase[0]);
  return inner === undefined ? issue : { ...inner, path: [...issue.path, ...inner.path] };
}

function invalid(path: readonly string[], message: string): AppError {
  return new AppError('ERR_POLICY_INVALID', `${path.join('.')}: ${message}`, {
    hint: 'values of policy.data in lapse.yaml are laid over rego/data.yaml, see docs/policies.md',
  });
}
