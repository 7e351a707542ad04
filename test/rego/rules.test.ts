import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { assetPath } from '../../src/assets.ts';
import { SEVERITIES } from '../../src/model/finding.ts';
import { FAMILIES, parseBlock, readRules } from './read-rules.ts';

const rules = readRules();
const ids = new Set(rules.map(({ id }) => id));

const { lapse: data } = z
  .object({
    lapse: z.looseObject({
      thresholds: z.record(z.string(), z.number().positive()),
      levels: z.record(z.string(), z.record(z.string(), z.enum([...SEVERITIES, 'off']))),
      allowed: z.record(
        z.string(),
        z.strictObject({
          prefix: z.string().optional(),
          subjects: z.array(z.string()).min(1),
          rules: z.array(z.string()).min(1),
          reason: z.string().min(1),
          // What is shipped is about how a platform is made; what somebody grants has an owner and an end.
          owner: z.undefined().optional(),
          expires: z.undefined().optional(),
        }),
      ),
      risk: z.object({ findings_to_escalate: z.array(z.string()) }),
      standing_rules: z.array(z.string()),
    }),
  })
  .parse(parse(readFileSync(assetPath('rego', 'data.yaml'), 'utf8')));

/** Text of every module but tests. */
const library = readdirSync(assetPath('rego'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.rego') && !file.endsWith('_test.rego'))
  .map((file) => readFileSync(assetPath('rego', file), 'utf8'))
  .join('\n');

describe('rules', () => {
  it('are there', () => {
    expect(rules.filter(({ family }) => family === 'findings').length).toBeGreaterThanOrEqual(70);
    expect(ids.size, 'no two rules share an id').toBe(rules.length);
  });

  it.each(rules)('$family/$id has one rule, its tests and nothing else', ({ family, id, files, source }) => {
    expect(id).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
    expect(files.filter((file) => file !== 'examples')).toEqual([`${id}.rego`, `${id}_test.rego`]);
    // opa fmt writes a one-word id without brackets.
    const name = id.includes('-') ? `["${id}"]` : `.${id}`;
    expect(source).toContain(`\npackage lapse.${FAMILIES[family]}${name}\n`);
    expect(source.match(/^finding contains /gm), 'the name that the entry point composes').toHaveLength(1);
    expect(source).toContain(`"id": "${id}"`);
  });

  it.each(rules)('$family/$id says in METADATA all that reports need', ({ family, id, block }) => {
    const { custom } = parseBlock(block);
    expect(custom.id).toBe(id);
    if (family === 'findings') {
      expect(custom.platforms).toBeDefined();
      expect(custom.controls).toBeDefined();
    }
  });

  it.each(rules)('$family/$id fills its message from its detail', ({ source, block }) => {
    const places = [...parseBlock(block).custom.message.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    // Some rules have their detail from the library.
    const built = /data\.lapse\.lib\.federation|secrets\.said\(/.test(source) ? library : source;
    expect(places.length).toBeGreaterThan(0);
    expect(places.filter((name) => !built.includes(`"${name}": `))).toEqual([]);
  });

  it.each(rules)('$family/$id is secondary to rules that exist, and never in a circle', ({ id, block }) => {
    const { depends_on: dependsOn } = parseBlock(block).custom;
    expect(dependsOn.filter((other) => other !== '*' && !ids.has(other))).toEqual([]);
    expect(reachableFrom(id)).not.toContain(id);
  });

  it.each(rules)('$family/$id has a test of a hit and a test of silence', ({ family, id }) => {
    const test = readFileSync(assetPath('rego', family, id, `${id}_test.rego`), 'utf8');
    expect(test).toMatch(/^test_\w*(?:hit|write_all|threshold)/m);
    expect(test).toMatch(/count\(rule\.finding\) == 0/);
  });
});

describe('findings', () => {
  // A threshold that is read past `settings` would be the same for every environment and owner.
  it.each(rules.filter(({ family }) => family === 'findings'))(
    '$id asks the settings for its thresholds',
    ({ source }) => {
      expect(source).not.toContain('data.lapse.thresholds');
    },
  );
});

describe('data.yaml', () => {
  it('names rules that exist, in levels, allow-lists and lists of rules', () => {
    const named = [
      ...Object.keys(data.levels),
      ...Object.values(data.allowed).flatMap((entry) => entry.rules),
      ...data.risk.findings_to_escalate,
      ...data.standing_rules,
    ];
    expect(named.filter((id) => !ids.has(id))).toEqual([]);
  });

  it('names cases that a rule can report', () => {
    const entities = ['principal', 'credential', 'secret', 'grant', 'trust', 'finding', 'swap'];
    const cases = Object.values(data.levels).flatMap((levels) => Object.keys(levels));
    const known = (name: string) => library.includes(`"${name}"`) || entities.includes(name);
    expect(cases.filter((name) => name !== 'default' && !known(name))).toEqual([]);
  });

  it('has each threshold that a rule uses, and no other', () => {
    const used = new Set([...library.matchAll(/(?:data\.lapse|settings)\.thresholds\.(\w+)/g)].map(([, name]) => name));
    expect([...used].sort()).toEqual(Object.keys(data.thresholds).sort());
  });
});

function reachableFrom(start: string): readonly string[] {
  const seen = new Set<string>();
  const open = [start];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const rule = rules.find((candidate) => candidate.id === id);
    if (rule === undefined) continue;
    for (const other of parseBlock(rule.block).custom.depends_on) {
      if (seen.has(other)) continue;
      seen.add(other);
      open.push(other);
    }
  }
  return [...seen];
}
