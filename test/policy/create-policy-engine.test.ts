import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../src/errors.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { createRegoCompiler } from '../../src/policy/compiler/compiler.ts';
import { createPolicyEngine, type PolicyEngineOptions } from '../../src/policy/create-policy-engine.ts';
import type { PolicyEngine } from '../../src/policy/engine.ts';
import { compileLibrary, type PolicyLibrary } from '../../src/policy/library.ts';

const MODULES = {
  'rules/old/old.rego': `# METADATA
# title: Old
# description: Too old.
# custom:
#   id: old
#   severity: high
#   nhi: NHI7
#   platforms: [aws]
#   depends_on: [new]
#   controls: {cis: [1.14]}
#   message: "{age} days"
#   remediation: {summary: Lease instead., steps: [first]}
package lapse.rules.old

finding contains {"id": "old", "subject": key.id, "detail": {"age": key.age}, "evidence": []} if {
	some key in input.keys
	key.age >= data.lapse.thresholds.age
}
`,
  'rules/new/new.rego': `# METADATA
# title: New
# custom: {id: new, severity: low}
package lapse.rules["new"]

finding contains object.union({"id": "new", "subject": "s", "detail": {}}, input.new)
`,
  'main.rego': `package lapse.findings

all contains object.union(finding, {"severity": level | level := data.lapse.levels[id]}) if {
	some id
	some finding in data.lapse.rules[id].finding
	not data.lapse.levels[id] == "off"
}
`,
  // Undefined without input.decision.
  'access.rego': `package lapse.access

decision := input.decision
`,
  'alerts.rego': `package lapse.alerts

all contains {"id": "old", "subject": text, "detail": {"number": to_number(text)}} if some text in input.texts

all contains {"id": "old", "subject": regex.replace(input.slow, "a+", "b"), "detail": {}}

all contains {"id": "old", "subject": time.format(time.now_ns()), "detail": {}} if input.clock

all contains {"id": "old", "subject": "same", "detail": {"steady": rand.intn("k", 1000000000) == rand.intn("k", 1000000000)}} if {
	input.random
}
`,
  'drift.rego': `package lapse.drift

all contains {"id": "old", "subject": "s", "detail": {}} if {
	input.loop
	count([1 | some i in numbers.range(1, 100000); some j in numbers.range(1, 100000); i == -j]) == 0
}

all contains {"id": "old", "subject": "s", "detail": {"size": count(numbers.range(1, input.size))}}
`,
};

const DECISION = {
  effect: 'allow',
  rule: 'r',
  reasons: [],
  ttl_max: 60,
  scope: { actions: ['read'], resources: [] },
  source_cidrs: [],
  approvals: [],
  notify: [],
};

const cacheFolder = mkdtempSync(join(tmpdir(), 'lapse-policy-'));
const engines: PolicyEngine[] = [];
let library: PolicyLibrary;
let engine: PolicyEngine;

async function open(options: PolicyEngineOptions = {}): Promise<PolicyEngine> {
  const opened = await createPolicyEngine({ library, cacheFolder, workers: 1, ...options });
  engines.push(opened);
  return opened;
}

beforeAll(async () => {
  const compiler = createRegoCompiler();
  const data = { lapse: { thresholds: { age: 90 }, levels: {} } };
  library = await compileLibrary({ compiler, cacheFolder }, { modules: MODULES, data });
  await compiler.close();
  engine = await open();
});
afterAll(async () => {
  await Promise.all(engines.map((opened) => opened.close()));
  rmSync(cacheFolder, { recursive: true });
});

async function failure(run: Promise<unknown>): Promise<AppError> {
  const error = await run.then(
    (value) => value,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) throw new Error(`expected an AppError, got ${JSON.stringify(error)}`);
  return error;
}

const OLD = { keys: [{ id: 'k1', age: 100 }] };

describe('rules', () => {
  it('are what METADATA says, by id', () => {
    expect([...engine.rules.keys()].sort()).toEqual(['new', 'old']);
    expect(engine.rules.get('old')).toEqual({
      id: 'old',
      family: 'finding',
      title: 'Old',
      description: 'Too old.',
      severity: 'high',
      message: '{age} days',
      remediation: 'Lease instead.',
      nhi: 'NHI7',
      platforms: ['aws'],
      dependsOn: ['new'],
      needs: [],
      controls: { cis: ['1.14'] },
    });
    expect(engine.rules.get('new')).toMatchObject({ message: 'New', remediation: '', platforms: [] });
  });
});

describe('findings', () => {
  it('come from every rule', async () => {
    expect(await engine.findings({ ...OLD, new: { severity: 'info' } })).toEqual(
      expect.arrayContaining([
        { id: 'old', subject: 'k1', detail: { age: 100 }, evidence: [] },
        { id: 'new', subject: 's', detail: {}, evidence: [], severity: 'info' },
      ]),
    );
    expect(await engine.findings({ keys: [{ id: 'k1', age: 89 }] })).toEqual([]);
  });

  it('follow the data laid over ours', async () => {
    const strict = await open({ data: { thresholds: { age: 10 } } });
    expect(await strict.findings({ keys: [{ id: 'k1', age: 10 }] })).toHaveLength(1);
    expect(strict.revision).not.toBe(engine.revision);
    expect(strict.revision).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect((await open()).revision).toBe(engine.revision);
  });

  it('get the level that data names for a whole rule', async () => {
    const [raised, off] = [
      await open({ data: { levels: { old: 'critical' } } }),
      await open({ data: { levels: { old: 'off' } } }),
    ];
    expect(await raised.findings(OLD)).toMatchObject([{ id: 'old', severity: 'critical' }]);
    expect(await off.findings(OLD)).toEqual([]);
    const error = await failure(open({ data: { levels: { old: 'severe' } } }));
    expect(error).toMatchObject({
      code: 'ERR_POLICY_INVALID',
      message: expect.stringContaining('levels.old: "severe" is no level'),
    });
  });

  it.each<[string, JsonObject, string]>([
    ['of an unknown rule', { id: 'other' }, 'lapse/findings/all: no rule has the id "other"'],
    ['without a subject', { subject: null }, 'malformed answer at 0.subject'],
    ['with an unknown severity', { severity: 'severe' }, 'malformed answer at 0.severity'],
    ['with an unknown member', { note: 'x' }, 'malformed answer'],
    ['with evidence that is none', { evidence: [{ fact: 'f' }] }, 'malformed answer at 0.evidence.0'],
  ])('%s are an error', async (_, member, message) => {
    const error = await failure(engine.findings({ new: member }));
    expect(error).toMatchObject({ code: 'ERR_POLICY_ANSWER', message: expect.stringContaining(message) });
    expect(error.kind.exit).toBe(3);
  });

  it('do not depend on the order of the input, nor on what was asked before', async () => {
    const key = fc.record({ id: fc.string({ maxLength: 4 }), age: fc.integer({ min: 0, max: 200 }) });
    const shuffled = fc
      .array(key, { maxLength: 6 })
      .chain((keys) => fc.tuple(fc.constant(keys), fc.shuffledSubarray(keys, { minLength: keys.length })));
    const texts = async (keys: JsonObject[]) =>
      (await engine.findings({ keys })).map((finding) => JSON.stringify(finding)).sort();
    await fc.assert(
      fc.asyncProperty(shuffled, async ([keys, other]) => {
        expect(await texts(other)).toEqual(await texts(keys));
      }),
      { numRuns: 50 },
    );
  });
});

describe('a decision', () => {
  it('carries the revision of the policies', async () => {
    expect(await engine.decide({ decision: DECISION })).toEqual({ ...DECISION, policy_revision: engine.revision });
  });

  it('that is undefined is an error', async () => {
    expect(await failure(engine.decide({}))).toMatchObject({
      code: 'ERR_POLICY_UNDEFINED',
      message: 'lapse/access/decision: the policy gives no answer',
    });
  });

  it.each<[string, JsonObject]>([
    ['effect', { ...DECISION, effect: 'maybe' }],
    ['ttl_max', { ...DECISION, ttl_max: -1 }],
    ['ttl_max', { ...DECISION, ttl_max: 1.5 }],
    ['scope', { ...DECISION, scope: null }],
    ['approvals.0.count', { ...DECISION, approvals: [{ from: 'sre', count: 0 }] }],
    ['', { ...DECISION, admin: true }],
  ])('with a wrong %s is an error', async (member, decision) => {
    const error = await failure(engine.decide({ decision }));
    expect(error.code).toBe('ERR_POLICY_ANSWER');
    expect(error.message).toContain(member);
  });
});

describe('a builtin', () => {
  it('that fails makes the evaluation fail, with the message of OPA', async () => {
    const error = await failure(engine.alerts({ texts: ['12', 'twelve'] }));
    expect(error.code).toBe('ERR_POLICY_EVALUATION');
    expect(error.message).toBe('lapse/alerts/all: to_number: strconv.ParseFloat: parsing "twelve": invalid syntax');
    expect(await engine.alerts({ texts: ['12'] })).toMatchObject([{ detail: { number: 12 } }]);
  });

  it('that only OPA has runs in its own code', async () => {
    expect(await engine.alerts({ slow: 'caaat' })).toMatchObject([{ subject: 'cbt' }]);
  });

  it('takes its clock from the input', async () => {
    const now = '2026-01-02T03:04:05Z';
    expect(await engine.alerts({ clock: true, now })).toMatchObject([{ subject: now }]);
  });

  it('that is random is steady within an evaluation', async () => {
    expect(await engine.alerts({ random: true })).toMatchObject([{ detail: { steady: true } }]);
  });

  it('may fail 5,000 times in a row: the next evaluation works', async () => {
    for (let count = 0; count < 50; count++) {
      const asked = Array.from({ length: 100 }, () => failure(engine.alerts({ texts: ['x'] })));
      const codes = new Set((await Promise.all(asked)).map(({ code }) => code));
      expect([...codes]).toEqual(['ERR_POLICY_EVALUATION']);
    }
    expect(await engine.findings(OLD)).toHaveLength(1);
  });
});

describe('a policy that does not end', () => {
  it('is ended at the deadline, and its worker replaced', async () => {
    const hurried = await open({ deadline: 500 });
    await hurried.findings(OLD);
    const started = performance.now();
    const [looping, waiting] = [failure(hurried.drift({ loop: true })), hurried.findings(OLD)];
    expect(await looping).toMatchObject({
      code: 'ERR_POLICY_TIMEOUT',
      message: 'lapse/drift/all: no answer within 500 ms',
    });
    expect(performance.now() - started).toBeGreaterThan(490);
    expect(await waiting).toHaveLength(1);
  });

  it('does not get more memory than it may have', async () => {
    const small = await open({ maxMemory: 8 * 1024 ** 2, deadline: 30_000 });
    expect((await failure(small.drift({ size: 1_000_000 }))).code).toBe('ERR_POLICY_EVALUATION');
    expect(await small.drift({ size: 10 })).toMatchObject([{ detail: { size: 10 } }]);
  });
});

describe('close', () => {
  it('rejects what is under way and everything after', async () => {
    const closing = await open();
    const under = failure(closing.drift({ loop: true }));
    await closing.close();
    expect(await under).toMatchObject({ code: 'ERR_POLICY_EVALUATION', message: 'the policy engine was closed' });
    expect(await failure(closing.findings(OLD))).toMatchObject({ message: 'the policy engine is closed' });
  });
});

describe('several workers', () => {
  it('answer each call with its own answer', async () => {
    const wide = await open({ workers: 3 });
    const ages = Array.from({ length: 200 }, (_, index) => 90 + index);
    const answers = await Promise.all(ages.map((age) => wide.findings({ keys: [{ id: 'k', age }] })));
    expect(answers.map(([finding]) => finding?.detail.age)).toEqual(ages);
  });
});
