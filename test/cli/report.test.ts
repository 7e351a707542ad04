import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastGlob from 'fast-glob';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { exampleValues } from '../../src/cli/demo/example-values.ts';
import { buildOrganisation, type Organisation } from '../../src/cli/demo/organisation.ts';
import { FRAMEWORKS } from '../../src/report/compliance/frameworks.ts';
import { type ComplianceJson, complianceSchema } from '../../src/report/compliance/json-schema.ts';
import { parseCsv } from '../support/parse-csv.ts';
import { runCli } from '../support/run-cli.ts';

const rego = fileURLToPath(new URL('../../rego', import.meta.url));
const before = new Date('2026-11-01T12:00:00Z');
const after = new Date('2026-11-10T12:00:00Z');

/** Controls by rule, from the text of METADATA: nothing of the report's own way is used. */
const CONTROLS: ReadonlyMap<string, Readonly<Record<string, readonly string[]>>> = new Map(
  fastGlob.sync('findings/*/*.rego', { cwd: rego, ignore: ['**/*_test.rego'] }).map((file) => {
    const [head = ''] = readFileSync(join(rego, file), 'utf8').split(/^package /m);
    const block = parse(head.slice(head.indexOf('# METADATA') + 10).replace(/^# ?/gm, ''));
    const { id, nhi, controls } = z
      .object({
        custom: z.object({
          id: z.string(),
          nhi: z.string(),
          controls: z.record(z.string(), z.array(z.string())).default({}),
        }),
      })
      .parse(block).custom;
    return [id, { ...controls, nhi: [nhi] }];
  }),
);

let root: string;
let organisation: Organisation;

const lapse = (now: Date, ...argv: readonly string[]) => runCli(argv, { cwd: organisation.repository, now });
const report = async (now: Date, framework: string, ...argv: readonly string[]) => {
  const { code, stdout, stderr } = await lapse(now, 'report', '--framework', framework, '--format', 'json', ...argv);
  if (stdout === '') throw new Error(stderr);
  return { code, json: complianceSchema.parse(JSON.parse(stdout)) };
};

/** Findings by control, as `lapse ls` and METADATA have them. */
async function countByControl(now: Date, key: string): Promise<ReadonlyMap<string, number>> {
  const { stdout } = await lapse(now, 'ls', 'findings', '--format', 'json');
  const counts = new Map<string, number>();
  for (const { rule } of JSON.parse(stdout).rows as { rule: string }[])
    for (const control of CONTROLS.get(rule)?.[key] ?? []) counts.set(control, (counts.get(control) ?? 0) + 1);
  return counts;
}

const openOf = ({ controls }: Pick<ComplianceJson, 'controls'>) =>
  new Map(controls.flatMap(({ id, open }) => (open.length === 0 ? [] : [[id, open.length] as const])));
const control = ({ controls }: Pick<ComplianceJson, 'controls'>, id: string) =>
  controls.find((candidate) => candidate.id === id);

beforeAll(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'lapse-report-')));
  organisation = buildOrganisation(root, exampleValues(5432), before);
  await lapse(before, 'scan', '.', '--git-history', '--export', '../exports');
}, 120_000);

afterAll(() => rmSync(root, { recursive: true, force: true }));

describe.each(FRAMEWORKS)('lapse report --framework $id', ({ id, key, controls }) => {
  it('has each control with the findings that METADATA gives it, no more and no fewer', async () => {
    const { json, code } = await report(before, id);
    expect(openOf(json)).toEqual(await countByControl(before, key));
    expect(json.controls.map((one) => one.id)).toEqual(controls.map((one) => one.id));
    expect(json.complete).toBe(true);
    expect(code).toBe(json.counts.open > 0 ? 1 : 0);
    const named = new Set(json.controls.flatMap(({ open, accepted }) => [...open, ...accepted]));
    expect(new Set(json.findings.map(({ fingerprint }) => fingerprint))).toEqual(named);
    const elsewhere = json.elsewhere.reduce((sum, { findings }) => sum + findings, 0);
    const { stdout } = await lapse(before, 'ls', 'findings', '--format', 'json');
    expect(json.findings.length + elsewhere).toBe(JSON.parse(stdout).rows.length);
  });

  it('says of no control that nothing was found where nothing was assessed', async () => {
    const { json } = await report(before, id);
    for (const { id: name, state, rules, not_assessed: gaps } of json.controls) {
      const assessed = rules.filter((rule) => rule.assessed);
      if (state === 'clear' || state === 'accepted') expect([name, assessed.length]).not.toEqual([name, 0]);
      if (state === 'not-assessed') expect([name, assessed.length, gaps.length > 0]).toEqual([name, 0, true]);
      if (rules.length === 0) expect([name, state]).toEqual([name, 'not-assessed']);
    }
  });

  it('says the same in every format', async () => {
    const { json } = await report(before, id);
    const text = async (format: string) =>
      (await lapse(before, 'report', '--framework', id, '--format', format)).stdout;
    const counts = json.controls.map((one) => [one.open.length, one.accepted.length, one.resolved.length].join(' '));

    const [head = [], ...rows] = parseCsv(await text('csv'));
    expect(rows.filter((row) => row.length !== head.length)).toEqual([]);
    const column = (row: readonly string[], name: string) => row[head.indexOf(name)];
    const ofControl = (name: string, type: string) =>
      rows.filter((row) => column(row, 'control') === name && column(row, 'type') === type).length;
    expect(
      json.controls.map((one) => ['open', 'accepted', 'resolved'].map((type) => ofControl(one.id, type)).join(' ')),
    ).toEqual(counts);
    expect(json.controls.map((one) => ofControl(one.id, 'control'))).toEqual(json.controls.map(() => 1));

    const markdown = await text('markdown');
    const summary = markdown.slice(markdown.indexOf('## Controls'), markdown.indexOf('\n- **'));
    const cells = [...summary.matchAll(/^\| .* \| (\d+) \| (\d+) \| (\d+) \|$/gm)].map(([, ...three]) =>
      three.join(' '),
    );
    expect(cells).toEqual(counts);
    expect(markdown.match(/^### /gm)?.length ?? 0).toBe(json.findings.length);

    const html = await text('html');
    const page = [...html.matchAll(/<td>(\d+)<\/td><td>(\d+)<\/td><td>(\d+)<\/td><\/tr>/g)];
    expect(page.map(([, ...three]) => three.join(' '))).toEqual(counts);
    expect(html.match(/<article /g)?.length ?? 0).toBe(json.findings.length);

    const terminal = await text('terminal');
    for (const { id: name, state } of json.controls)
      expect(terminal).toMatch(new RegExp(`^${MARKS[state]} ${name.replace(/[().]/g, '\\$&')} `, 'm'));
  });
});

const MARKS: Readonly<Record<ComplianceJson['controls'][number]['state'], string>> = {
  open: '✗',
  partial: '~',
  accepted: '=',
  clear: '✓',
  'not-assessed': '\\?',
};

describe('evidence', () => {
  it('names place, subject, owner, sources, times and policies', async () => {
    const { json } = await report(before, 'owasp-nhi');
    const leaked = json.findings.find(({ rule }) => rule === 'secret-matches-privileged-credential');
    expect(leaked).toMatchObject({
      status: 'open',
      first_seen: before.toISOString(),
      last_seen: before.toISOString(),
      platform: 'aws',
      location: { path: 'deploy/.env' },
    });
    expect(leaked?.sources).toEqual(expect.arrayContaining([expect.stringMatching(/^secrets:/)]));
    expect(leaked?.evidence.length).toBeGreaterThan(0);
    expect(json.judged?.policy_revision).toBe(json.policy_revision);
    expect(json.policy_revision).toMatch(/^sha256:[0-9a-f]{64}$/);
    const read = json.sources.map(({ source, at, complete }) => [source.split(':')[0], at, complete]);
    expect(read).toContainEqual(['aws', before.toISOString(), true]);
    // What never found a file of its own is no source of evidence.
    expect(read.flat()).not.toContain('vault');
  });

  it('says which platforms nobody scanned', async () => {
    const { json } = await report(before, 'owasp-nhi');
    const why = control(json, 'NHI5')?.not_assessed.map((gap) => gap.why);
    expect(why).toContain('nothing of azure was scanned');
    expect(why).not.toContain('nothing of aws was scanned');
  });

  it('finds a part of it by platform', async () => {
    const whole = await report(before, 'owasp-nhi');
    const { json } = await report(before, 'owasp-nhi', '--platform', 'kubernetes');
    const expected = whole.json.findings.filter(({ platform }) => platform === 'kubernetes');
    expect(json.findings.map(({ fingerprint }) => fingerprint)).toEqual(expected.map(({ fingerprint }) => fingerprint));
    expect(json.filters.platform).toEqual(['kubernetes']);
    expect(expected.length).toBeGreaterThan(0);
    expect(JSON.stringify(json.controls)).not.toContain('nothing of azure');
  });
});

describe('what time does', () => {
  beforeAll(async () => {
    organisation.applyFix();
    await lapse(after, 'scan', '.', '--git-history', '--export', '../exports');
  }, 120_000);

  it('tells what was resolved since, how, and what is still there since when', async () => {
    const now = await report(after, 'owasp-nhi');
    const then = await report(after, 'owasp-nhi', '--as-of', '2026-11-01');
    const left = new Set(now.json.findings.map(({ fingerprint }) => fingerprint));
    const gone = then.json.findings.filter(({ fingerprint }) => !left.has(fingerprint));
    expect(gone.length).toBeGreaterThan(0);
    expect(now.json.resolved.map(({ fingerprint }) => fingerprint).sort()).toEqual(
      gone.map(({ fingerprint }) => fingerprint).sort(),
    );
    for (const one of now.json.resolved) {
      expect(one).toMatchObject({
        first_seen: before.toISOString(),
        last_seen: before.toISOString(),
        resolved_at: after.toISOString(),
      });
      expect(['fixed', 'subject-gone']).toContain(one.how);
    }
    const still = then.json.findings.find(({ fingerprint }) => left.has(fingerprint))?.fingerprint;
    expect(now.json.findings.find(({ fingerprint }) => fingerprint === still)).toMatchObject({
      first_seen: before.toISOString(),
      last_seen: after.toISOString(),
    });
  });

  it('is about the state that was asked for', async () => {
    const { json } = await report(after, 'owasp-nhi', '--as-of', '2026-11-01');
    expect(json.resolved).toEqual([]);
    expect(json.as_of).toBe('2026-11-01T23:59:59.999Z');
    expect(json.findings.every(({ last_seen: last }) => last === before.toISOString())).toBe(true);
  });

  it('takes an old scan for what it is', async () => {
    const { json, code } = await report(new Date('2027-03-01T00:00:00Z'), 'cis-aws');
    expect(code).toBe(3);
    expect(json.complete).toBe(false);
    expect(json.gaps.map(({ kind }) => kind)).toContain('stale');
    expect(json.controls.map(({ state }) => state)).not.toContain('clear');
    const patient = await report(new Date('2027-03-01T00:00:00Z'), 'cis-aws', '--stale-after', '365d');
    expect(patient.json.complete).toBe(true);
  });

  it('assesses nothing before the first scan', async () => {
    const { json, code } = await report(after, 'owasp-nhi', '--as-of', '2026-10-01');
    expect(code).toBe(3);
    expect(new Set(json.controls.map(({ state }) => state))).toEqual(new Set(['not-assessed']));
    expect(json.judged).toBeNull();
  });
});

describe('what it refuses', () => {
  it.each([
    [['--framework', 'pci'], /unknown framework "pci"/],
    [['--framework', 'soc2', '--format', 'pdf'], /unknown format "pdf"/],
    [['--framework', 'soc2', '--as-of', '2027-01-01'], /has not come yet/],
    [['--framework', 'soc2', '--since', '2026-11-11T00:00:00Z'], /is later than 2026-11-10/],
    [['--framework', 'soc2', '--platform', 'awz'], /--platform awz/],
    [['--framework', 'soc2', '--stale-after', 'soon'], /--stale-after soon/],
    [['--framework', 'soc2', '--as-of', '99'], /no such snapshot/],
  ])('%j', async (argv, message) => {
    const { code, stderr } = await lapse(after, 'report', ...argv);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});
