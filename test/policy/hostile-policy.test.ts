import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AppError } from '../../src/errors.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { createRegoCompiler } from '../../src/policy/compiler/compiler.ts';
import { createPolicyEngine, type PolicyEngineOptions } from '../../src/policy/create-policy-engine.ts';
import type { PolicyEngine } from '../../src/policy/engine.ts';
import { compileLibrary, type PolicyLibrary } from '../../src/policy/library.ts';
import { type Bench, CONTEXT, DETAIL, openBench, WORKLOAD } from '../support/issuer-bench.ts';

const OURS = {
  'rego/main.rego': 'package lapse.findings\n\nall := set()\n',
  'rego/access.rego': `package lapse.access

decision := {
	"effect": "allow", "rule": "ours", "reasons": [], "ttl_max": 900,
	"scope": {"actions": ["read"], "resources": []},
	"source_cidrs": [], "approvals": [], "notify": [],
}
`,
};

/** Does what the reason of the request asks it to. */
const THEIRS = `package custom.access

import data.custom.large

asked := input.request.detail.reason

fine := {"effect": "allow", "rule": "theirs"}

decision := fine if asked == "nothing hostile"

decision := object.union(fine, {"reasons": large.pairs}) if asked == "to loop"

decision := object.union(fine, {"reasons": numbers.range(1, 1000000000)}) if asked == "to allocate"

decision := object.union(fine, {"rule": concat("", large.texts)}) if asked == "to say much"

decision := [fine] if asked == "a list"

decision := object.union(fine, {"effect": "grant"}) if asked == "another effect"

decision := object.union(fine, {"ttl_max": "for ever"}) if asked == "another type"

decision := object.union(fine, {"admin": true}) if asked == "more than there is"

decision := object.union(fine, {"ttl_max": to_number("ever")}) if asked == "a builtin to fail"

decision := fine if asked == "two answers"

decision := object.union(fine, {"rule": "other"}) if asked == "two answers"
`;

/** Not below `custom.access`, all of which is looked at for answers. */
const LARGE = `package custom.large

pairs := [text |
	some i in numbers.range(1, 100000)
	some j in numbers.range(1, 100000)
	i == -j
	text := "never"
]

texts := [kilobyte | some _ in numbers.range(1, 40000)]

kilobyte := sprintf("%v", [numbers.range(1000000, 1000110)])
`;

const cacheFolder = mkdtempSync(join(tmpdir(), 'lapse-policy-'));
const engines: PolicyEngine[] = [];
let library: PolicyLibrary;
let engine: PolicyEngine;
let bench: Bench;

async function open(rego: string, options: PolicyEngineOptions = {}): Promise<PolicyEngine> {
  const custom = { modules: { 'theirs.rego': rego, 'large.rego': LARGE }, data: {} };
  const opened = await createPolicyEngine({ library, custom, cacheFolder, workers: 1, ...options });
  engines.push(opened);
  return opened;
}

beforeAll(async () => {
  const compiler = createRegoCompiler();
  library = await compileLibrary({ compiler, cacheFolder }, { modules: OURS, data: {} });
  await compiler.close();
  // A loop that makes values must come to the deadline before the limit of memory, on any machine.
  engine = await open(THEIRS, { deadline: 2_000, maxMemory: 512 * 1024 ** 2 });
  bench = await openBench({ engine, settings: { policyTimeout: 120_000 } });
}, 120_000);
afterAll(async () => {
  await bench.close();
  await Promise.all(engines.map((opened) => opened.close()));
  rmSync(cacheFolder, { recursive: true });
});

const decide = (reason: string) => engine.decide({ request: { detail: { reason } } });
const request = (reason: string) => bench.issuer.request(WORKLOAD, { ...DETAIL, reason }, CONTEXT);

describe('a policy that is asked', () => {
  it.each<[string, string, string]>([
    ['to loop', 'ERR_POLICY_TIMEOUT', ': no answer within 2000 ms'],
    ['to allocate', 'ERR_POLICY_', ': '],
    ['to say much', 'ERR_POLICY_', 'custom/access/decision: '],
    ['nothing it knows', 'ERR_POLICY_UNDEFINED', 'custom/access/decision: the policy gives no answer'],
    ['a list', 'ERR_POLICY_ANSWER', 'custom/access/decision: malformed answer'],
    ['another effect', 'ERR_POLICY_ANSWER', 'custom/access/decision: malformed answer at effect'],
    ['another type', 'ERR_POLICY_ANSWER', 'custom/access/decision: malformed answer at ttl_max'],
    ['more than there is', 'ERR_POLICY_ANSWER', 'custom/access/decision: malformed answer'],
    ['a builtin to fail', 'ERR_POLICY_EVALUATION', ': to_number: '],
    ['two answers', 'ERR_POLICY_EVALUATION', ': theirs.rego:'],
  ])(
    '%s is an error and a deny, and the next request is answered',
    async (reason, code, message) => {
      expect(await request(reason)).toMatchObject({ kind: 'denied', reasons: ['policy-error'] });
      expect(bench.log.at(-1)).toMatchObject({ event: 'policy.failed', err: expect.any(AppError) });
      const { err } = z.object({ err: z.instanceof(AppError) }).parse(bench.log.at(-1));
      expect({ code: err.code, message: err.message }).toEqual({
        code: expect.stringContaining(code),
        message: expect.stringContaining(message),
      });
      expect(await request('nothing hostile')).toMatchObject({ kind: 'granted' });
    },
    120_000,
  );
});

describe('a policy that is not even loaded', () => {
  it.each<[string, string, string]>([
    ['recurses', 'package custom.access\n\ndecision := decision\n', 'recursive'],
    ['recurses through another', 'package custom.access\n\ndecision := a\n\na := decision\n', 'recursive'],
    ['asks the network', 'package custom.access\n\ndecision := http.send({"url": input.url})\n', 'http.send'],
    ['asks the host', 'package custom.access\n\ndecision := opa.runtime()\n', 'opa.runtime'],
    ['redefines what is ours', 'package lapse.access\n\ndecision := {"effect": "allow"}\n', 'not below custom'],
    ['is in a library of ours', 'package lapse.lib.reporting\n\nallowed(_, _, _) := true\n', 'not below custom'],
  ])(
    '%s',
    async (_does, rego, message) => {
      await expect(open(rego)).rejects.toMatchObject({
        code: 'ERR_POLICY_INVALID',
        message: expect.stringMatching(new RegExp(`^theirs\\.rego:\\d+:\\d+: .*${message}`)),
      });
    },
    120_000,
  );
});

describe('data that does not fit', () => {
  it('is an error of each evaluation, and of nobody else', async () => {
    const data: JsonObject = { large: Array.from({ length: 300_000 }, (_, index) => `value ${index}`) };
    const small = await open(THEIRS, { data, maxMemory: 16 * 1024 ** 2 });
    for (let count = 0; count < 2; count++)
      await expect(small.decide({})).rejects.toMatchObject({
        code: 'ERR_POLICY_EVALUATION',
        message: expect.stringContaining('bytes of data do not fit'),
      });
    expect(await decide('nothing hostile')).toMatchObject({ effect: 'allow' });
  }, 60_000);
});

describe('an input that does not fit', () => {
  it.each<[string, JsonObject]>([
    ['in size', { text: 'x'.repeat(160 * 1024 ** 2) }],
    ['in depth', { deep: JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) }],
  ])(
    '%s is an error of its own evaluation',
    async (_how, input) => {
      const small = await open(THEIRS, { maxMemory: 128 * 1024 ** 2 });
      await expect(small.decide(input)).rejects.toMatchObject({ code: 'ERR_POLICY_EVALUATION' });
      const next = small.decide({ request: { detail: { reason: 'nothing hostile' } } });
      expect(await next).toMatchObject({ effect: 'allow' });
    },
    120_000,
  );
});
