import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastGlob from 'fast-glob';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { exampleValues } from '../../src/cli/demo/example-values.ts';
import { buildOrganisation, type Organisation } from '../../src/cli/demo/organisation.ts';
import { FRAMEWORKS } from '../../src/report/compliance/frameworks.ts';
import { type ComplianceJson, complianceSchema } from '../../src/report/compliance/json-schema.ts';
import { parseCsv } from '../support/parse-csv.ts';
import { type TestRepository, testRepository } from '../support/repository.ts';
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

describe('what is accepted, switched off or not read', () => {
  const PASSWORDS = [['Qz7', 'tR4vBx9'].join('!'), ['Wk3', 'mN8pLs2'].join('#')];
  const FILES = {
    'a.conf': `db_password = "${PASSWORDS[0]}"\n`,
    'b.conf': `db_password = "${PASSWORDS[1]}"\n`,
    'k8s/admin.yaml':
      'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: x}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}\nsubjects: [{kind: ServiceAccount, name: d, namespace: ops}]\n',
    'k8s/d.yaml': 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: d, namespace: ops}\n',
  };
  const accept = ['baseline', '--reason', 'retired', '--owner', 'platform', '--expires', '2027-01-01'];
  const now = new Date('2026-11-10T12:00:00Z');
  let repository: TestRepository;
  beforeEach(() => {
    repository = testRepository(FILES);
  });
  afterEach(() => repository.close());

  const own = (argv: readonly string[], at = now) => runCli(argv, { cwd: repository.path, now: at });
  const ask = async (at = now, ...argv: readonly string[]) => {
    const argument = ['report', '--framework', 'owasp-nhi', '--format', 'json', ...argv];
    const { code, stdout } = await own(argument, at);
    return { code, json: complianceSchema.parse(JSON.parse(stdout)) };
  };
  const statuses = ({ json }: Awaited<ReturnType<typeof ask>>) =>
    json.findings.map(({ rule, status, location }) => [rule, location?.path, status]);

  it('knows accepted secrets by their value, though a baseline has another key than the inventory', async () => {
    await own(['scan', '.']);
    await own([...accept, '--rule', 'secret-in-code', '--rule', 'cluster-admin-service-account']);
    const lines = readFileSync(join(repository.path, 'lapse-baseline.yaml'), 'utf8');
    expect(lines.match(/rule: secret-in-code/g)).toHaveLength(2);
    const accepted = await ask();
    expect(statuses(accepted)).toEqual(
      expect.arrayContaining([
        ['secret-in-code', 'a.conf', 'accepted'],
        ['secret-in-code', 'b.conf', 'accepted'],
        ['cluster-admin-service-account', 'k8s/admin.yaml', 'accepted'],
      ]),
    );
    expect(accepted.json.findings.find(({ rule }) => rule === 'secret-in-code')?.accepted).toEqual({
      reason: 'retired',
      owner: 'platform',
      expires: '2027-01-01',
    });
    expect(accepted.json.baseline).toBe('lapse-baseline.yaml');

    // Another value in the same line is another secret, which nobody has accepted.
    repository.write({ 'b.conf': `db_password = "${['Jy5', 'cV1hGt6'].join('?')}"\n` });
    await own(['scan', '.']);
    expect(statuses(await ask())).toEqual(
      expect.arrayContaining([
        ['secret-in-code', 'a.conf', 'accepted'],
        ['secret-in-code', 'b.conf', 'open'],
      ]),
    );

    // When its day is over, it counts again, and says whose word it was.
    const later = new Date('2027-01-02T00:00:00Z');
    await own(['scan', '.'], later);
    const expired = (await ask(later)).json.findings.find(({ location }) => location?.path === 'a.conf');
    expect([expired?.status, expired?.expired?.owner]).toEqual(['open', 'platform']);
  }, 180_000);

  it('says when a source was not read completely, and exits with 3', async () => {
    repository.write({ 'k8s/broken.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: [\n' });
    await own(['scan', '.']);
    const { code, json } = await ask();
    expect(code).toBe(3);
    expect(json.gaps).toEqual([
      expect.objectContaining({ kind: 'incomplete', why: expect.stringMatching(/^kubernetes:.* not read completely/) }),
    ]);
    expect(json.problems.map(({ location }) => location.path)).toEqual(['k8s/broken.yaml']);
    expect(control(json, 'NHI5')?.not_assessed.map(({ kind }) => kind)).toContain('incomplete');
    expect(json.controls.filter(({ state }) => state === 'clear').flatMap(({ rules }) => rules)).not.toContainEqual(
      expect.objectContaining({ platforms: ['kubernetes'] }),
    );
  }, 120_000);

  it('takes no word of other policies for an answer, and names what data leaves out', async () => {
    await own(['scan', '.']);
    const data = {
      levels: { 'secret-in-code': 'off' },
      allowed: {
        lab: {
          subjects: ['kubernetes:service-account:**'],
          rules: ['cluster-admin-service-account'],
          reason: 'a lab',
          owner: 'platform',
          expires: '2027-01-01',
        },
      },
    };
    const scan = {
      exclude: ['vendor/'],
      ignore: [{ rule: 'generic/*', paths: ['fixtures/**'], reason: 'made up', expires: '2027-06-30' }],
    };
    repository.write({ 'lapse.yaml': JSON.stringify({ version: 1, policy: { data }, scan }) });
    const before = await ask();
    expect([before.code, before.json.gaps.map(({ kind }) => kind)]).toEqual([3, ['other-policy']]);
    expect(before.json.controls.map(({ state }) => state)).not.toContain('clear');
    await own(['scan', '.'], new Date('2026-11-10T13:00:00Z'));
    const { json } = await ask(new Date('2026-11-10T14:00:00Z'));
    expect(json.gaps).toEqual([]);
    expect(json.exceptions).toContainEqual({
      name: 'lab',
      rules: ['cluster-admin-service-account'],
      subjects: ['kubernetes:service-account:**'],
      reason: 'a lab',
      owner: 'platform',
      expires: '2027-01-01',
    });
    expect(json.exceptions.map(({ name, subjects }) => [name, ...subjects])).toEqual(
      expect.arrayContaining([
        ['scan.exclude', 'vendor/'],
        ['scan.ignore generic/*', 'fixtures/**'],
      ]),
    );
    expect(control(json, 'NHI2')?.not_assessed).toContainEqual({
      kind: 'switched-off',
      why: 'switched off in policy data',
      rules: ['secret-in-code'],
    });
    expect(control(json, 'NHI2')?.state).toBe('partial');
    // They are gone because nobody asks any more.
    const gone = json.resolved.filter(({ rule }) => rule === 'secret-in-code');
    expect(gone.map(({ how }) => how)).toEqual(['other-policy', 'other-policy']);
  }, 180_000);

  it('finds what is of an owner or an environment, by way of keys and secrets too', async () => {
    repository.write({
      'lapse.yaml':
        'version: 1\nowners: [{owner: ops-team, names: [d]}]\nenvironments: [{name: production, names: [d]}]\n',
    });
    await own(['scan', '.']);
    const { json } = await ask(now, '--owner', 'ops-team', '--environment', 'production');
    expect(json.findings.map(({ rule }) => rule)).toContain('cluster-admin-service-account');
    expect(json.findings.every(({ owner, environment }) => owner === 'ops-team' && environment === 'production')).toBe(
      true,
    );
    const { json: others } = await ask(now, '--owner', 'nobody-of-that-name');
    expect(others.findings).toEqual([]);
    expect(control(others, 'NHI5')?.state).not.toBe('clear');
  }, 120_000);
});
