import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { Ajv } from 'ajv';
import addFormatsModule from 'ajv-formats';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { assetPath } from '../../src/assets.ts';
import { command } from '../../src/cli/commands/drift.ts';
import { AppError } from '../../src/errors.ts';
import type { Coverage, StoredFact } from '../../src/store/inventory/inventory-store.ts';
import { openInventoryStore } from '../../src/store/inventory/open-inventory-store.ts';
import { openIssuerStore } from '../../src/store/issuer/open-issuer-store.ts';
import { createStateDir } from '../../src/store/state-dir.ts';
import { accessKey, finding, grant, secret, unit, user } from '../store/sample-facts.ts';
import { temporaryFolder } from '../store/temporary-folder.ts';

interface Answer {
  readonly code: number | string;
  readonly stdout: string;
}

/** `lapse drift` with these options, in a folder of its own. */
async function drift(cwd: string, ...argv: readonly string[]): Promise<Answer> {
  let stdout = '';
  let code: number | string = 0;
  const sink = new Writable({
    write(chunk, _encoding, done) {
      stdout += chunk;
      done();
    },
  });
  const program = new Command('lapse').option('--store <store>').option('--config <file>').exitOverride();
  const cli = {
    stdout: sink,
    stderr: sink,
    stdin: Readable.from([]),
    env: {},
    cwd,
    color: false,
    now: () => new Date('2026-01-20T00:00:00Z'),
  };
  command.configure(program.command('drift').exitOverride(), cli, (value) => {
    code = value;
  });
  try {
    await program.parseAsync(['drift', ...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { code: error.code, stdout: error.message };
  }
  return { code, stdout };
}

interface Scan {
  readonly source: string;
  readonly day: number;
  readonly facts: readonly StoredFact[];
  readonly coverage?: Coverage;
  readonly revision?: string;
}

/** A project with these scans in its inventory. */
async function project(scans: readonly Scan[]): Promise<string> {
  const folder = temporaryFolder();
  const store = await openInventoryStore(createStateDir(join(folder, '.lapse')).inventory);
  for (const { source, day, facts, coverage, revision } of scans) {
    const at = new Date(Date.UTC(2026, 0, day, 8));
    const draft = await store.begin({ source, at, ...(revision === undefined ? {} : { revision }) });
    await draft.add(facts);
    await draft.commit({ coverage: coverage ?? { read: 'all' }, units: 1, problems: [] });
  }
  await store.close();
  return folder;
}

const ci = user('ci', { owner: { value: 'team', source: 'tag' } });
const key = accessKey('ci', 'AKIAEXAMPLE', { createdAt: '2025-01-01T00:00:00Z' });
const tooOld = finding('key-too-old', key.id, {
  title: 'Access key is old',
  subjectName: 'aws access-key AKIAEXAMPLE',
});

/** Two runs: a key is swapped away, an admin grant and a finding come, a user is disabled. */
const story: readonly Scan[] = [
  {
    source: 'aws:acme',
    day: 1,
    facts: unit('iam.json', { kind: 'principal', body: ci }, { kind: 'credential', body: key }),
  },
  { source: 'secrets:acme', day: 1, facts: unit('.env', { kind: 'secret', body: secret('1', { hint: 'AKIA…MPLE' }) }) },
  { source: 'findings', day: 1, revision: 'sha256:1', facts: unit('', { kind: 'finding', body: tooOld }) },
  {
    source: 'aws:acme',
    day: 8,
    facts: unit(
      'iam.json',
      { kind: 'principal', body: { ...ci, enabled: false, locations: [{ path: 'iam.json', line: 7 }] } },
      { kind: 'grant', body: grant('ci', '*') },
    ),
  },
  { source: 'secrets:acme', day: 8, facts: [] },
  {
    source: 'findings',
    day: 8,
    revision: 'sha256:1',
    facts: unit('', {
      kind: 'finding',
      body: finding('admin-standing', ci.id, {
        title: 'Standing admin',
        severity: 'critical',
        subjectName: 'aws user ci',
        location: { path: 'iam.json', line: 9 },
      }),
    }),
  },
];

describe('lapse drift', () => {
  it('tells people what differs between the last two runs', async () => {
    const { code, stdout } = await drift(await project(story));
    expect(code).toBe(1);
    expect(stdout).toContain('drift from snapshot 3 (2026-01-01 08:00) to snapshot 6 (2026-01-08 08:00)');
    expect(stdout).toMatch(/^static secrets +1 +0 +-1$/m);
    expect(stdout).toMatch(/^with standing privilege +0 +1 +\+1$/m);
    expect(stdout).toMatch(/^live credentials +1 +0 +-1$/m);
    expect(stdout).toMatch(/^· age, median +365 d +-$/m);
    expect(stdout).toContain(
      'findings: 1 opened, 1 closed\n  + critical Standing admin: aws user ci  iam.json:9\n  - high     Access key is old: aws access-key AKIAEXAMPLE  last seen 2026-01-01 08:00',
    );
    expect(stdout).toContain('principals: 1 changed\n  ~ aws user ci  iam.json:7\n      enabled: nothing → false\n\n');
    expect(stdout).toContain(
      'credentials: 1 removed\n  - aws access-key AKIAEXAMPLE  keys.json:3  last seen 2026-01-01 08:00',
    );
    expect(stdout).toContain(
      'for the worse\n  high     standing privilege added: Standing admin: aws user ci  standing-privilege-added',
    );
    expect(stdout).toContain('grants: 1 added\n  + aws user ci may * on *  iam.json:9');
    expect(stdout.trimEnd()).toMatch(/6 differ; 2 for the worse, at or above medium$/);
    expect(stdout).not.toContain('rest on has changed');
  });

  it('writes JSON after its published schema', async () => {
    const { code, stdout } = await drift(
      await project(story),
      '--format',
      'json',
      '--from',
      '2025-12-31',
      '--to',
      'first',
    );
    const ajv = new Ajv({ strict: true, allowUnionTypes: true });
    // Its types describe a default export that Node does not give.
    (addFormatsModule as unknown as (instance: Ajv) => void)(ajv);
    const schema: object = JSON.parse(readFileSync(assetPath('docs', 'drift.schema.json'), 'utf8'));
    for (const text of [stdout, (await drift(await project(story), '--format', 'json')).stdout]) {
      ajv.validate(schema, JSON.parse(text));
      expect(ajv.errors).toBeNull();
    }
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'lapse.drift/1',
      from: { snapshot: 0 },
      to: { snapshot: 3, at: '2026-01-01T08:00:00.000Z' },
      complete: true,
      exit_code: 1,
      worse: 1,
      rows: [
        { kind: 'added', entity: 'credential', id: key.id, body: key, first_seen: '2026-01-01T08:00:00.000Z' },
        { kind: 'added', entity: 'finding', severity: 'high' },
        { kind: 'added', entity: 'principal', name: 'aws user ci' },
        { kind: 'added', entity: 'secret', name: 'AWS access key AKIA…MPLE' },
      ],
    });
  });

  it('writes Markdown, to a file where asked', async () => {
    const folder = await project(story);
    const { code, stdout } = await drift(folder, '--format', 'markdown', '--output', 'drift.md');
    expect([code, stdout]).toEqual([1, '']);
    const text = readFileSync(join(folder, 'drift.md'), 'utf8');
    expect(text).toContain('### lapse drift: 2 for the worse');
    expect(text).toContain('| static secrets | 1 | 0 | -1 |');
    expect(text).toContain('| with standing privilege | 0 | 1 | **+1** |');
    expect(text).toContain(
      '- **high** standing privilege added: Standing admin: aws user ci (standing-privilege-added)',
    );
    expect(text).toContain('#### findings: 1 opened, 1 closed');
    expect(text).toContain('| added (critical) | Standing admin: aws user ci | iam.json:9 | since 2026-01-08 08:00 |');
  });

  it.each([
    ['--fail-on none', ['--fail-on', 'none'], 0],
    ['a threshold that nothing reaches', ['--from', '1', '--to', '2'], 0],
    ['a threshold that something reaches', ['--fail-on', 'critical'], 1],
    ['nothing that differs', ['--from', 'latest'], 0],
  ])('exits by what got worse: %s', async (_case, argv, code) => {
    expect((await drift(await project(story), ...argv)).code).toBe(code);
  });

  it('takes its threshold from the configuration', async () => {
    const folder = await project(story);
    writeFileSync(join(folder, 'lapse.yaml'), 'version: 1\ncheck: {threshold: none}\n');
    expect((await drift(folder)).code).toBe(0);
  });

  it('says what is back after it was gone', async () => {
    const back: Scan[] = [
      ...story,
      { source: 'secrets:acme', day: 15, facts: unit('.env', { kind: 'secret', body: secret('1') }) },
    ];
    const { stdout } = await drift(await project(back));
    expect(stdout).toContain(
      'static secrets: 1 back again\n  ! AWS access key  .env:2:5  first seen 2026-01-01 08:00, back since 2026-01-15 08:00',
    );
    expect(stdout).toContain('aws:acme was not looked at since 2026-01-08 08:00');
  });

  it('exits 3 when not everything was read, and takes what was not looked at for neither gone nor there', async () => {
    const partial: Scan = { source: 'aws:acme', day: 15, facts: [], coverage: { read: 'except', paths: ['iam.json'] } };
    const folder = await project([...story, partial]);
    const { code, stdout } = await drift(folder);
    expect(code).toBe(3);
    expect(stdout).toContain(
      '* what the numbers rest on has changed\n  aws:acme was not read completely: 1 file(s) stand as they were, 0 problem(s)',
    );
    expect(stdout).toContain('principals: 1 not looked at\n  ? aws user ci  iam.json:7  last seen 2026-01-08 08:00');
    expect(stdout).toMatch(/incomplete: not everything could be read and judged\n$/);
    const json = JSON.parse((await drift(folder, '--format', 'json', '--from', 'first')).stdout);
    expect(json).toMatchObject({ complete: false, exit_code: 3, worse: 2 });
  });

  it('joins the rows of a credential report to their keys before it compares', async () => {
    const report = (lastUsedAt: string) =>
      accessKey('ci', `${ci.nativeId}#access-key-1`, {
        createdAt: '2025-01-01T00:00:00Z',
        status: 'unknown',
        join: { by: 'report', confidence: 'low' },
        usage: { lastUsedAt, source: 'aws-credential-report', confidence: 'high' },
      });
    const scan = (day: number, lastUsedAt: string): Scan => ({
      source: 'aws:acme',
      day,
      facts: unit(
        'iam.json',
        { kind: 'principal', body: ci },
        { kind: 'credential', body: key },
        { kind: 'credential', body: report(lastUsedAt) },
      ),
    });
    const { stdout } = await drift(
      await project([scan(1, '2025-12-01T00:00:00Z'), scan(8, '2026-01-07T00:00:00Z')]),
      '--format',
      'json',
    );
    expect(JSON.parse(stdout).rows).toMatchObject([
      { kind: 'changed', entity: 'credential', id: key.id, minor: true, changes: [{ field: 'usage' }] },
    ]);
  });

  it('counts the swaps that the issuer knows of', async () => {
    const folder = await project(story);
    const store = await openIssuerStore(createStateDir(join(folder, '.lapse')).issuer);
    const binding = { secret: secret('1').id, sourceCidrs: [], until: '2027-01-01T00:00:00Z', createdBy: 'alice' };
    await store.write(async ({ bindings }) => {
      await bindings.put({
        ...binding,
        id: 'bnd_1',
        fingerprint: '1'.repeat(64),
        target: 'db',
        stage: 'swapped',
        createdAt: '2026-01-05T00:00:00Z',
      });
      await bindings.put({
        ...binding,
        id: 'bnd_2',
        fingerprint: '2'.repeat(64),
        target: 'db',
        stage: 'bound',
        createdAt: '2026-01-19T00:00:00Z',
      });
    });
    await store.close();
    const { metrics } = JSON.parse((await drift(folder, '--format', 'json')).stdout);
    expect(metrics).toContainEqual({
      id: 'swaps.swapped',
      title: 'swapped',
      unit: 'count',
      before: null,
      after: 1,
      delta: null,
      better: 'more',
    });
    expect(metrics).toContainEqual({
      id: 'swaps.bound',
      title: 'bound',
      unit: 'count',
      before: null,
      after: 0,
      delta: null,
    });
  });

  it('says that policies changed', async () => {
    const again: Scan = { source: 'findings', day: 15, revision: 'sha256:2', facts: [] };
    expect((await drift(await project([...story, again]))).stdout).toContain('policies or their data changed');
  });

  it('lets no name draw on the terminal, break a table or forge a line', async () => {
    const evil = user('ci', {
      name: '\u001b[2Jx\n+ critical forged|\u202e`<b>',
      locations: [{ path: 'a\u0007b.json', line: 1 }],
    });
    const folder = await project([
      { source: 'aws:acme', day: 1, facts: [] },
      { source: 'aws:acme\u001b[31m', day: 8, facts: unit('iam.json', { kind: 'principal', body: evil }) },
    ]);
    const terminal = (await drift(folder)).stdout;
    const markdown = (await drift(folder, '--format', 'markdown')).stdout;
    const json = (await drift(folder, '--format', 'json')).stdout;
    for (const text of [terminal, markdown, json]) expect(text).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
    expect(terminal).toContain('\\u{1b}[2Jx\\u{a}+ critical forged|\\u{202e}');
    expect(markdown).toContain('forged\\|');
    expect(markdown).not.toContain('<b>');
    expect(JSON.parse(json).rows[0].body.name).toBe(evil.name);
  });

  it('counts what does not fit into a section', async () => {
    const many = Array.from({ length: 25 }, (_, n) => ({ kind: 'principal', body: user(`u${n}`) }) as const);
    const folder = await project([
      { source: 'aws:acme', day: 1, facts: [] },
      { source: 'aws:acme', day: 8, facts: unit('iam.json', ...many) },
    ]);
    expect((await drift(folder)).stdout).toContain('… and 5 more (--format json has them all)');
  });

  it.each([
    ['an empty inventory', [], 'ERR_STORE_NOT_FOUND', 'latest: no such snapshot; the inventory is empty'],
    [
      'one run only',
      ['--to', 'first'],
      'ERR_STORE_NOT_FOUND',
      'previous: no such snapshot; the inventory has 1 scan(s), up to snapshot 3',
    ],
    ['the wrong order', ['--from', '3', '--to', '1'], 'ERR_USAGE', '3 is later than 1'],
    ['no point in time', ['--from', 'whenever'], 'ERR_USAGE', '"whenever" is no point in time'],
    ['no format', ['--from', '1', '--format', 'html'], 'ERR_USAGE', 'unknown format "html"'],
  ])('refuses %s', async (name, argv, code, message) => {
    const folder = await project(name === 'an empty inventory' ? [] : story.slice(0, 3));
    expect(await drift(folder, ...(name === 'an empty inventory' ? ['--from', '1d'] : argv))).toEqual({
      code,
      stdout: message,
    });
  });
});
