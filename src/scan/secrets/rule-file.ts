import { z } from 'zod';
import { CONFIDENCES } from '../../model/static-secret.ts';
import { ALPHABETS, type AlphabetName } from './alphabets.ts';
import { CHECKSUMS, type ChecksumName } from './checksums.ts';
import { DECODERS, type DecoderName } from './decoders.ts';
import { EXTRACTORS, type ExtractorName } from './extractors.ts';
import { verifySpec } from './verify-spec.ts';

const keysOf = <Name extends string>(table: Readonly<Record<Name, unknown>>) => Object.keys(table) as [Name, ...Name[]];

const slug = z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'expected lower case words joined by hyphens');
const sentence = z.string().min(3).max(200);
const link = z.url({ protocol: /^https$/, error: 'expected an https address' });
const keyword = z.string().regex(/^[\x20-\x40[-\x7e]{2,}$/, 'expected at least two ASCII characters, in lower case');

const glob = z
  .string()
  .regex(/^[^[\]{}]*(?:\{[^[\]{}]*\}[^[\]{}]*)*$/, 'expected a glob of *, **, ? and {a,b}')
  .min(1);
const count = z.number().int().min(1);

const companion = z.strictObject({
  fact: z.string().regex(/^[a-z]+(?:_[a-z]+)*$/, 'expected lower case words joined by underscores'),
  pattern: z.string().min(1),
  lines: z.number().int().min(0).max(50).default(5),
  required: z.boolean().default(true),
  ignore_case: z.boolean().optional(),
});

const common = {
  id: slug,
  title: z.string().min(1),
  entropy: z.number().min(0).max(8).optional(),
  alphabet: z.enum(keysOf<AlphabetName>(ALPHABETS)).optional(),
  length: z.union([count, z.tuple([count, count])], 'expected a number from 1 on, or two: [least, most]').optional(),
  files: z.array(glob).min(1).optional(),
  not_files: z.array(glob).min(1).optional(),
  companions: z.array(companion).min(1).optional(),
  checksum: z.enum(keysOf<ChecksumName>(CHECKSUMS)).optional(),
  decode: z.enum(keysOf<DecoderName>(DECODERS)).optional(),
  docs: link.optional(),
  revoke: link.optional(),
  opens: sentence.optional(),
  verify: verifySpec.optional(),
  ignore_case: z.boolean().optional(),
  examples: z.strictObject({ match: z.array(z.string()).min(1), ignore: z.array(z.string()).min(1) }),
};

/** The secret shows itself: its pattern has a keyword in it. */
const tokenRule = z.strictObject({
  ...common,
  confidence: z.enum(CONFIDENCES),
  keywords: z.array(keyword).min(1),
  pattern: z.string().min(1),
  /** The most bytes that a match has before its keyword; as long as a match can be without it. */
  before: z.number().int().min(0).optional(),
  /** What follows a match may look like more of it: the pattern ends where it has seen enough. */
  open_end: z.boolean().optional(),
});

/** The secret has a shape of its own, but shows itself only beside the name of its vendor. */
const contextRule = z.strictObject({
  ...common,
  names: z.array(keyword).min(1),
  /** Between the name and the value may stand words for a credential only: for names that are words of their own. */
  close: z.boolean().optional(),
  /** Each name is a vendor: for services that have no file of their own. */
  name_is_vendor: z.boolean().optional(),
  value: z.string().min(1),
});

/** The secret shows itself by the name that it is assigned to. */
const assignmentRule = z.strictObject({
  ...common,
  assignment: z.enum(['password', 'token']),
});

/** The secrets stand in the members of something that begins near the keyword. */
const extractRule = z.strictObject({
  ...common,
  keywords: z.array(keyword).min(1),
  extract: z.enum(keysOf<ExtractorName>(EXTRACTORS)),
});

const FORMS = {
  pattern: tokenRule,
  value: contextRule,
  names: contextRule,
  assignment: assignmentRule,
  extract: extractRule,
};

export type RuleEntry =
  | z.infer<typeof tokenRule>
  | z.infer<typeof contextRule>
  | z.infer<typeof assignmentRule>
  | z.infer<typeof extractRule>;

/** One field tells the form, so that what is said of a mistake is said of the form that was meant. */
const anyRule = z.record(z.string(), z.unknown()).transform((entry, context): RuleEntry => {
  const form = Object.entries(FORMS).find(([field]) => field in entry)?.[1] ?? tokenRule;
  const result = form.safeParse(entry);
  if (result.success) return result.data;
  for (const told of tellIssues(result.error.issues, form))
    context.issues.push({ ...told, code: 'custom', input: entry });
  return z.NEVER;
});

/** What was expected and where: one for each unknown field, and no word of what stood there instead. */
export function tellIssues(
  issues: readonly z.core.$ZodIssue[],
  { shape }: { readonly shape: object },
): readonly { readonly path: PropertyKey[]; readonly message: string }[] {
  return issues.flatMap((issue) => {
    const { path, message } = issue;
    if (issue.code === 'unrecognized_keys') {
      const known = path.length === 0 ? `: expected one of ${Object.keys(shape).join(', ')}` : '';
      return issue.keys.map((key) => ({ path: [...path, key], message: `unknown field${known}` }));
    }
    const text = message.replace(/^Invalid (?:input|option): /, '').replace(/, received \w+$/, '');
    return [{ path: [...path], message: text.charAt(0).toLowerCase() + text.slice(1) }];
  });
}

/** One file of `scanners/secrets/`: the rules of one vendor. */
export const ruleFile = z.strictObject({
  vendor: slug,
  name: z.string().min(1),
  docs: link,
  revoke: link.optional(),
  opens: sentence.optional(),
  platform: z.string().min(1).optional(),
  /** The rules are all the forms that this vendor's credentials have, under these names of it. */
  complete_for: z
    .array(z.string().regex(/^[a-z0-9]{4,}$/, 'expected at least four lower case letters or digits'))
    .optional(),
  rules: z.array(anyRule).min(1),
});

export type RuleFile = z.infer<typeof ruleFile>;
