import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assetPath } from '../../src/assets.ts';
import type { Json } from '../../src/model/json.ts';
import { createRegoCompiler, type PolicySchema } from '../../src/policy/compiler/compiler.ts';
import { createEvaluator } from '../../src/policy/evaluation/evaluator.ts';
import { ENTRYPOINTS } from '../../src/policy/library.ts';
import { loadPolicySources, type PolicyFolder } from '../../src/policy/policy-sources.ts';
import { readRules } from './read-rules.ts';

const DEADLINE = 300_000;
const compiler = createRegoCompiler({ deadline: DEADLINE });

const schemas: readonly PolicySchema[] = readdirSync(assetPath('schemas')).map((file) => ({
  path: [file.replace(/\.json$/, '')],
  schema: JSON.parse(readFileSync(assetPath('schemas', file), 'utf8')) as Json,
}));

let folder: PolicyFolder;

beforeAll(async () => {
  folder = await loadPolicySources(assetPath('rego'), { name: 'rego', tests: true });
});
afterAll(() => compiler.close());

describe('the policies of rego/', () => {
  it('are laid out as opa fmt does', async () => {
    expect(await compiler.format(folder.modules)).toEqual(folder.modules);
  });

  it('pass the strict check, with the schemas of their inputs', async () => {
    const modules = await compiler.check(folder.modules, { strict: true, schemas });
    expect(modules).toHaveLength(Object.keys(folder.modules).length);
  });

  it.each([
    ['findings', 'rego/findings/key-too-old/key-too-old.rego', 'key.createdAt', 'key.createdAd'],
    ['access', 'rego/access/decision.rego', 'input.request.source_ip', 'input.request.source'],
    ['alerts', 'rego/lib/audit.rego', 'input.event.actor', 'input.event.acter'],
    ['drift', 'rego/drift/reopened/reopened.rego', 'input.row.kind', 'input.row.king'],
  ])('would not pass it with a misspelt field of the input of %s', async (_family, file, right, wrong) => {
    const text = folder.modules[file] ?? '';
    expect(text).toContain(right);
    const modules = { ...folder.modules, [file]: text.replaceAll(right, wrong) };
    await expect(compiler.check(modules, { strict: true, schemas })).rejects.toMatchObject({
      code: 'ERR_POLICY_INVALID',
      message: expect.stringContaining(wrong),
    });
  });

  it('have every rule behind an entry point', async () => {
    const { entrypoints, modules } = await compiler.compile(withoutTests(folder), Object.values(ENTRYPOINTS));
    expect([...entrypoints].sort()).toEqual(Object.values(ENTRYPOINTS).sort());
    const loaded = modules.map((module) => module.package.join('/'));
    const packages = { findings: 'rules', alerts: 'alert_rules', drift: 'drift_rules' };
    expect(loaded).toEqual(
      expect.arrayContaining(readRules().map(({ family, id }) => `lapse/${packages[family]}/${id}`)),
    );
  });

  it(
    'pass their own tests in OPA, and leave no line untested',
    async () => {
      const report = await compiler.test(folder.modules, { data: folder.data, coverage: true });
      expect(report.tests.filter(({ outcome }) => outcome !== 'pass')).toEqual([]);
      expect(report.tests.length).toBeGreaterThan(300);
      const untested = Object.entries(report.coverage ?? {}).filter(([, { uncovered }]) => uncovered.length > 0);
      expect(untested).toEqual([]);
      expect(Object.keys(report.coverage ?? {}).length).toBeGreaterThan(100);
    },
    DEADLINE,
  );

  it(
    'pass the same tests as WASM, where an error of a builtin is an error',
    async () => {
      const entrypoints = testNames(folder);
      const { wasm, entrypoints: defined } = await compiler.compile(folder.modules, entrypoints);
      expect(defined).toHaveLength(entrypoints.length);
      const policy = { module: await WebAssembly.compile(wasm), size: wasm.length, data: JSON.stringify(folder.data) };
      const evaluator = createEvaluator([policy], { deadline: 60_000, workers: 1, maxMemory: 512 * 1024 ** 2 });
      try {
        const failed: string[] = [];
        for (const name of entrypoints) {
          if (!passes(await evaluator.evaluate(0, name, '{}', 0n))) failed.push(name);
        }
        expect(failed).toEqual([]);
        const tables = Object.keys(folder.modules).filter((file) =>
          /^test_cases\w*\[name\]/m.test(folder.modules[file] ?? ''),
        );
        expect(tables.length).toBeGreaterThan(7);
        for (const file of tables) {
          const names = testNames({ ...folder, modules: { [file]: folder.modules[file] ?? '' } });
          const held: string[] = [];
          for (const name of names.filter((test) => /\/test_cases\w*$/.test(test)))
            held.push(...Object.keys((await evaluator.evaluate(0, name, '{}', 0n)) as object));
          expect(held, file).toHaveLength(casesIn(file));
        }
      } finally {
        await evaluator.close();
      }
    },
    DEADLINE,
  );
});

function withoutTests({ modules }: PolicyFolder) {
  return Object.fromEntries(Object.entries(modules).filter(([file]) => !file.endsWith('_test.rego')));
}

/** Every test as an entry point: `lapse/rules/key-too-old_test/test_hit`. */
function testNames({ modules }: PolicyFolder): readonly string[] {
  const names = Object.values(modules).flatMap((text) => {
    const path = /^package (.+)$/m
      .exec(text)?.[1]
      ?.replace(/\["(.+)"\]$/, '.$1')
      .replaceAll('.', '/');
    return [...text.matchAll(/^(test_\w+)/gm)].map(([, test]) => `${path}/${test}`);
  });
  return [...new Set(names)];
}

/** A test is true; a table of tests has a member for each case that passed. */
function passes(value: unknown): boolean {
  return value === true || (typeof value === 'object' && value !== null && Object.values(value).every(Boolean));
}

function casesIn(file: string): number {
  const [, table = ''] = folder.modules[file]?.split('_cases := {') ?? [];
  return table.split('\n}\n')[0]?.match(/^\t"/gm)?.length ?? 0;
}
