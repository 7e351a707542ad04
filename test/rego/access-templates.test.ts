import { spawnSync } from 'node:child_process';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { assetPath } from '../../src/assets.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { createPolicyEngine } from '../../src/policy/create-policy-engine.ts';
import type { PolicyEngine } from '../../src/policy/engine.ts';
import { mergeData } from '../../src/policy/merge-data.ts';
import { type AccessTemplate, accessTemplates, copiedTemplates, EXAMPLE_GROUPS } from '../support/access-templates.ts';

const templates = accessTemplates();
const cases = templates.flatMap(({ id, examples }) =>
  examples.cases.map((example) => ({ id, request: examples.request, ...example })),
);

let engine: PolicyEngine;

beforeAll(async () => {
  engine = await createPolicyEngine({
    custom: copiedTemplates(templates),
    data: { access: { rules: [], groups: EXAMPLE_GROUPS } },
    workers: 1,
    deadline: 60_000,
  });
}, 300_000);
afterAll(() => engine.close());

describe('templates of access policies', () => {
  it('are the seven that teams ask for', () => {
    expect(templates.map(({ id }) => id).sort()).toEqual([
      'agent-tool-call',
      'break-glass',
      'ci-deploy',
      'key-swap',
      'nightly-job',
      'production-database',
      'vendor-access',
    ]);
  });

  it.each(templates)('$id has settings that its schema takes, and takes no others', ({ data, schema }) => {
    const validate = compile(schema);
    expect(validate(data), JSON.stringify(validate.errors)).toBe(true);
    const { settings } = z.object({ settings: z.record(z.string(), z.json()) }).parse(data);
    expect(validate({ settings: { ...settings, misspelt: 1 } })).toBe(false);
    for (const name of z.object({ required: z.array(z.string()) }).parse(settingsOf(schema)).required) {
      const { [name]: _missing, ...rest } = settings;
      expect(validate({ settings: rest }), name).toBe(false);
    }
  });

  it.each(cases)('$id: $when: $effect', async ({ request, change, remove, effect, reasons, ttl, asked }) => {
    const decision = await engine.decide(without(inputOf(mergeData(request, change)), remove));
    expect({ effect: decision.effect, reasons: decision.reasons }).toEqual({ effect, reasons });
    if (ttl !== undefined) expect(decision.ttl_max).toBe(ttl);
    expect(decision.approvals.map(({ from, count }) => `${count} of ${from}`).join(' and ')).toBe(asked ?? '');
  });

  it('show every effect, and each its own refusals', () => {
    for (const { id, examples } of templates) {
      const effects = new Set(examples.cases.map(({ effect }) => effect));
      expect(effects.has('deny') && (effects.has('allow') || effects.has('escalate')), id).toBe(true);
    }
  });

  it('stand in docs/access-policies.md as they are (npm run docs)', () => {
    const { stdout } = spawnSync(process.execPath, [assetPath('scripts', 'build-access-docs.mjs'), '--check'], {
      encoding: 'utf8',
    });
    expect(stdout).toBe('');
  });
});

function compile(schema: AccessTemplate['schema']) {
  const ajv = new Ajv({ strict: true, allErrors: true, allowUnionTypes: true });
  formats.default(ajv);
  return ajv.compile(schema);
}

function settingsOf(schema: JsonObject): unknown {
  return z.object({ properties: z.object({ settings: z.unknown() }) }).parse(schema).properties.settings;
}

/** What the daemon would hand over, from the short form of the examples. */
function inputOf(example: JsonObject): JsonObject {
  const { request, target, history, risk } = z
    .object({
      request: z.looseObject({}),
      target: z.looseObject({}),
      risk: z.record(z.string(), z.json()).nullable(),
      history: z.object({
        uses: z.number(),
        sources: z.array(z.string()),
        actions: z.array(z.string()),
        recent: z.number().default(0),
        held: z.array(z.string()).default([]),
      }),
    })
    .parse(example);
  // A null says that the inventory does not know it.
  const known = risk === null ? null : Object.fromEntries(Object.entries(risk).filter(([, value]) => value !== null));
  return {
    now: example.now,
    request: { id: 'req_1', ...request } as JsonObject,
    target: { labels: {}, principals: [], ...target } as JsonObject,
    risk: known,
    history: {
      recent_requests: history.recent,
      recent_denials: 0,
      first_use: history.uses === 0,
      earlier: {
        uses: history.uses,
        sources: history.sources,
        actions: history.actions,
        hours: Array.from({ length: 24 }, () => (history.uses === 0 ? 0 : 1)),
      },
      held: history.held.map((at) => ({ target: at, actions: [], expires_at: '2027-01-01T00:00:00Z' })),
    },
    approvals: [],
  };
}

function without(value: JsonObject, path: readonly string[] | undefined): JsonObject {
  const [name, ...below] = path ?? [];
  if (name === undefined) return value;
  const { [name]: member, ...rest } = value;
  if (below.length === 0) return rest;
  return {
    ...value,
    [name]: without(member as Exclude<Json, string | number | boolean | null | readonly Json[]>, below),
  };
}
