import { SEVERITIES } from '../model/finding.ts';
import type { Json, JsonObject } from '../model/json.ts';
import { isObject } from '../model/json.ts';
import type { PolicySchema } from './compiler/compiler.ts';
import type { ReviewAnswer, ReviewInput } from './compiler/review.ts';

/** What somebody who writes a policy of one kind must keep to. */
interface PolicyKind {
  /** Packages of the kind, below `data`; `*` is any name. */
  readonly packages: readonly (readonly string[])[];
  /** Its schema in `schemas`. */
  readonly input: string;
  readonly answer: Omit<ReviewAnswer, 'package'>;
}

const FINDING: ReviewAnswer['members'] = {
  id: { kind: 'string', required: true },
  subject: { kind: 'string', required: true },
  detail: { kind: 'object', required: true },
  evidence: { kind: 'array' },
  remediation: { kind: 'string' },
  severity: { kind: 'string', values: SEVERITIES },
  case: { kind: 'string' },
};

const LIMITS: ReviewAnswer['members'] = {
  effect: { kind: 'string', required: true, values: ['allow', 'escalate', 'deny'] },
  reasons: { kind: 'array' },
  source_cidrs: { kind: 'array' },
  approvals: { kind: 'array' },
  notify: { kind: 'array' },
  pending_ttl: { kind: 'number' },
};

const findings = (packages: PolicyKind['packages'], input: string): PolicyKind => ({
  packages,
  input,
  answer: { rule: 'finding', set: true, total: false, members: FINDING },
});

/** The kinds of policy. `src/policy/answers.ts` holds every answer to it once more when it is given. */
const POLICY_KINDS = {
  finding: findings(
    [
      ['lapse', 'rules', '*'],
      ['custom', 'rules', '*'],
    ],
    'finding-input',
  ),
  alert: findings(
    [
      ['lapse', 'alert_rules', '*'],
      ['custom', 'alert_rules', '*'],
    ],
    'alert-input',
  ),
  drift: findings(
    [
      ['lapse', 'drift_rules', '*'],
      ['custom', 'drift_rules', '*'],
    ],
    'drift-input',
  ),
  access: {
    packages: [['custom', 'access', '*']],
    input: 'access-input',
    answer: {
      rule: 'answer',
      set: false,
      total: false,
      members: {
        ...LIMITS,
        id: { kind: 'string' },
        max_ttl: { kind: 'number' },
        accepts: { kind: 'array' },
        narrower: { kind: 'array' },
      },
    },
  },
  restriction: {
    packages: [['custom', 'access']],
    input: 'access-input',
    answer: {
      rule: 'decision',
      set: false,
      total: true,
      members: {
        ...LIMITS,
        rule: { kind: 'string', required: true },
        ttl_max: { kind: 'number' },
        scope: { kind: 'object' },
      },
    },
  },
} as const satisfies Record<string, PolicyKind>;

/** What may be anything that is asked: the input of packages that belong to no kind. */
const ANY_INPUT = 'any-input';

/** Which schema the input of a package has. Helpers, wherever users keep them, may be asked with any. */
export function contractInputs(): readonly ReviewInput[] {
  const kinds: readonly PolicyKind[] = Object.values(POLICY_KINDS);
  return [
    { package: ['custom'], schema: [ANY_INPUT] },
    ...kinds.flatMap(({ packages, input }) => packages.map((path) => ({ package: path, schema: [input] }))),
  ];
}

export function contractAnswers(): readonly ReviewAnswer[] {
  const kinds: readonly PolicyKind[] = Object.values(POLICY_KINDS);
  return kinds.flatMap(({ packages, answer }) => packages.map((path) => ({ package: path, ...answer })));
}

/** The schemas, and one of everything that is asked. */
export function contractSchemas(schemas: readonly PolicySchema[]): readonly PolicySchema[] {
  const alternatives: Json[] = [];
  let definitions: JsonObject = {};
  for (const { schema } of schemas) {
    if (!isObject(schema)) continue;
    if (isObject(schema.definitions)) definitions = { ...definitions, ...schema.definitions };
    if (Array.isArray(schema.anyOf)) alternatives.push(...schema.anyOf);
    else alternatives.push(schema);
  }
  return [...schemas, { path: [ANY_INPUT], schema: { anyOf: alternatives, definitions } }];
}

/** Members of METADATA's `custom` that lapse, its reports or the pages of its rules read. */
export const METADATA_MEMBERS = [
  'aliases',
  'confidence',
  'controls',
  'depends_on',
  'id',
  'message',
  'needs',
  'nhi',
  'platforms',
  'remediation',
  'severity',
  'since',
] as const;
