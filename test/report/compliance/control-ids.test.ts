import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastGlob from 'fast-glob';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { FRAMEWORKS } from '../../../src/report/compliance/frameworks.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const blockSchema = z.object({
  custom: z.object({
    nhi: z.string(),
    controls: z.record(z.string(), z.array(z.string())).default({}),
  }),
});

/** METADATA as its text says it: no compiler is needed to compare ids. */
const rules = fastGlob
  .sync('rego/{findings,alerts,drift}/*/*.rego', { cwd: root, ignore: ['**/*_test.rego'] })
  .sort()
  .map((file) => {
    const [head = ''] = readFileSync(`${root}/${file}`, 'utf8').split(/^package /m);
    const comment = head.slice(head.indexOf('# METADATA') + '# METADATA'.length);
    return { file, ...blockSchema.parse(parse(comment.replace(/^# ?/gm, ''))).custom };
  });

const ids = (key: string) =>
  new Set(FRAMEWORKS.find((framework) => framework.key === key)?.controls.map(({ id }) => id));

describe('control ids', () => {
  it('reads every rule', () => {
    expect(rules.length).toBeGreaterThan(40);
    expect(rules.flatMap(({ controls }) => Object.keys(controls))).toContain('cis_aws_7_0');
  });

  it.each(rules)('$file names only controls that are in the tables', ({ nhi, controls }) => {
    expect(ids('nhi')).toContain(nhi);
    const unknown = Object.entries(controls).flatMap(([key, named]) =>
      FRAMEWORKS.some((framework) => framework.key === key)
        ? named.filter((id) => !ids(key).has(id)).map((id) => `${key} ${id}`)
        : [],
    );
    expect(unknown).toEqual([]);
    for (const named of Object.values(controls)) expect(new Set(named).size).toBe(named.length);
  });

  // A misspelt key would leave a rule out of its framework without a word.
  it.each(rules)('$file names no framework by a key of its own', ({ controls }) => {
    const keys = new Set(FRAMEWORKS.map(({ key }) => key));
    const others = /^(?:cis_(?:gcp|azure|kubernetes|github|gitlab|postgresql)_\d+(?:_\d+)*|gdpr(?:_\d+)*)$/;
    expect(Object.keys(controls).filter((key) => !keys.has(key) && !others.test(key))).toEqual([]);
  });
});

describe('the tables of frameworks', () => {
  const FORMS: Readonly<Record<string, RegExp>> = {
    'owasp-nhi': /^NHI(?:[1-9]|10)$/,
    'cis-aws': /^[1-6](?:\.\d{1,2}){1,2}$/,
    soc2: /^(?:CC[1-9]\.\d|C1\.[12])$/,
    iso27001: /^A\.[5-8]\.\d{1,2}$/,
    'nist-800-53': /^[A-Z]{2}-\d{1,2}(?:\(\d{1,2}\))?$/,
  };

  it.each(FRAMEWORKS)('$id has each control once, in the form of the framework and in its order', (framework) => {
    const numbers = framework.controls.map(({ id }) => id);
    const form = FORMS[framework.id];
    expect(numbers.filter((id) => form?.test(id) !== true)).toEqual([]);
    expect(new Set(numbers).size).toBe(numbers.length);
    const collator = new Intl.Collator('en', { numeric: true });
    if (framework.id !== 'soc2') expect(numbers).toEqual(numbers.toSorted(collator.compare));
    for (const { title } of framework.controls) expect(title).toMatch(/^\S.*[^.\s]$/);
    expect(framework.selection).toMatch(/\.$/);
    expect(framework.source).toMatch(/^https:\/\//);
  });
});
