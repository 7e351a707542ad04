import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assetPath } from '../../src/assets.ts';
import { verifySignature } from '../../src/policy/bundles/verify-signature.ts';
import type { PolicyProblem } from '../../src/policy/compiler/problem.ts';
import { runCli } from '../support/run-cli.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lapse policy-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

const policy = (...argv: readonly string[]) => runCli(['policy', ...argv], { cwd: folder });

const RULE = `# METADATA
# title: No tag
# schemas:
#   - input: schema["finding-input"]
# custom:
#   id: no-tag
#   severity: low
package custom.rules["no-tag"]

import data.lapse.lib.evidence

finding contains {
	"id": "no-tag",
	"subject": input.principal.id,
	"detail": {},
	"evidence": [evidence.plain("tag", "none")],
} if {
	input.type == "principal"
	not input.principal.attributes.tags.cost
}

finding contains {"id": "no-tag", "subject": "late", "detail": {}, "evidence": []} if {
	data.custom.late
}
`;

const TEST = `package custom.rules["no-tag_test"]

import data.custom.rules["no-tag"] as rule

test_hit if {
	count(rule.finding) == 1 with input as {"type": "principal", "principal": {"id": "a", "attributes": {}}}
}

test_miss if {
	count(rule.finding) == 0 with input as {"type": "secret"}
}
`;

/** A rule with something of everything that can be misspelt. */
const WHOLE = `# METADATA
# title: Whole
# custom:
#   id: whole
#   severity: low
#   message: "{who} is whole"
package custom.rules.whole

import data.lapse.lib.keys

finding contains {
	"id": "whole",
	"subject": key.id,
	"detail": {"who": input.principal.name},
	"severity": "high",
} if {
	some key in keys.active
	not key.expiresAt
	object.get(key, "createdAt", "") != ""
	not input.principal.owner
	some privilege in input.effective.privileges
	privilege.answer == "yes"
	input.effective != null
	data.lapse.thresholds.key_age_days > 3
	some name in [name | some grant in input.grants; name := grant.role]
	name != null
}
`;

const swap = (from: string, to: string) => (text: string) => text.replace(from, to);

/** Each broken once: what is said, and where. */
const BROKEN: readonly (readonly [string, (text: string) => string, string, string])[] = [
  [
    'a member of a local variable',
    swap('not key.expiresAt', 'not key.expireAt'),
    '18:10',
    'undefined ref: key.expireAt',
  ],
  ['a member that is looked up', swap('"createdAt"', '"createdAd"'), '19:18', 'undefined ref: key.createdAd'],
  [
    'a member of what may be null',
    swap('principal.owner', 'principal.ownr'),
    '20:22',
    'undefined ref: input.principal.ownr',
  ],
  ['a member of an item', swap('privilege.answer', 'privilege.answr'), '22:12', 'undefined ref: privilege.answr'],
  ['a member in a comprehension', swap('grant.role', 'grant.rolle'), '25:65', 'undefined ref: grant.rolle'],
  ['a threshold', swap('key_age_days', 'key_age_day'), '24:24', 'nothing defines data.lapse.thresholds.key_age_day'],
  ['a helper', swap('keys.active', 'keys.actve'), '17:19', 'nothing defines data.lapse.lib.keys.actve'],
  [
    'a rule of another engine',
    swap('data.lapse.thresholds.key_age_days', 'count(data.lapse.findings.all)'),
    '24:19',
    'nothing defines data.lapse.findings',
  ],
  [
    'a member of the answer',
    swap('"subject": key.id', '"subject": key.id, "evidnce": []'),
    '13:21',
    'finding has no member "evidnce"',
  ],
  ['a member that is missing', swap('	"subject": key.id,\n', ''), '11:18', 'finding lacks the member "subject"'],
  ['a level', swap('"severity": "high"', '"severity": "hgh"'), '15:14', 'severity is "hgh"'],
  [
    'a member of another type',
    swap('"severity": "high"', '"evidence": "high"'),
    '15:14',
    'evidence is string, expected array',
  ],
  [
    'a place of the message',
    swap('{who}', '{hwo}'),
    '14:12',
    'the message has the place {hwo}, and detail nothing for it',
  ],
  ['a member of METADATA', swap('#   message', '#   mesage'), '6:5', 'lapse reads no custom.mesage'],
  [
    'what is no set',
    (text) => text.replace(/finding contains [\s\S]*/, 'finding := true\n').replace(/import .*\n\n/, ''),
    '9:1',
    'finding is no set',
  ],
];

/** One that only OPA's own code has. */
const SLOW = 'yaml.unmarshal';

describe('lapse policy check', () => {
  it('counts what it has checked, in rego/ when nothing is said', async () => {
    write({ 'rego/no-tag.rego': RULE, 'rego/no-tag_test.rego': TEST });
    expect(await policy('check')).toEqual({ code: 0, stdout: '2 files, 1 rule: no problem\n', stderr: '' });
  });

  it('takes the paths of the configuration', async () => {
    write({ 'lapse.yaml': 'version: 1\npolicy: {paths: [mine]}', 'mine/no-tag.rego': RULE });
    expect((await policy('check')).stdout).toBe('1 file, 1 rule: no problem\n');
  });

  it('shows the line of a problem with a caret', async () => {
    write({ 'rego/x.rego': 'package custom.lib.x\n\nallow if {\n\ty := 1\n\tcount(1) > 2\n}\n' });
    expect(await policy('check')).toMatchObject({
      code: 1,
      stdout: `rego/x.rego:4:2: assigned var y unused (rego_compile_error)
  \ty := 1
  \t^

rego/x.rego:5:2: count: invalid argument(s) (rego_type_error)
  \tcount(1) > 2
  \t^
  have: (number, ???)
  want: (collection: any<...>, n: number)

2 problems in 1 file
`,
    });
  });

  it('asks for policies, where there are none', async () => {
    write({ 'rego/readme.md': '' });
    expect(await policy('check')).toMatchObject({ code: 2, stderr: expect.stringContaining('rego: no policies') });
  });

  it('checks every rule against the schema of its input, named in METADATA or not', async () => {
    for (const text of [RULE, RULE.replace(/# schemas:\n.*\n/, '')]) {
      write({ 'rego/no-tag.rego': text.replace('input.type', 'input.tpye') });
      const { code, stdout } = await policy('check');
      expect(code).toBe(1);
      expect(stdout).toMatch(
        /rego\/no-tag\.rego:\d+:8: undefined ref: input\.tpye \(rego_type_error\)\n {2}\tinput\.tpye == "principal"\n {2}\t {6}\^\n {2}did you mean "type"\?\n {2}known: /,
      );
    }
  });

  it.each(BROKEN)('finds %s', async (_, change, place, message) => {
    write({ 'rego/x.rego': change(WHOLE) });
    const { code, stdout } = await policy('check', '--format', 'json');
    const { problems } = JSON.parse(stdout);
    expect(problems.map(({ line, column, message }: PolicyProblem) => [`${line}:${column}`, message])).toEqual([
      [place, message],
    ]);
    expect(code).toBe(1);
  });

  it('has nothing to say of the same rules unbroken, nor of their tests', async () => {
    const test = 'package custom.lib.x_test\n\ntest_a if data.custom.late with data.custom.late as true\n';
    write({ 'rego/x.rego': WHOLE, 'rego/x_test.rego': test });
    expect((await policy('check')).stdout).toBe('2 files, 1 rule: no problem\n');
  });

  it('finds packages that nobody asks', async () => {
    write({
      'rego/a.rego': 'package custom.rule.x\n\ny := 1\n',
      'rego/b.rego': 'package custom.rules.aws.x\n\nfinding contains "x" if false\n',
      'rego/c.rego': 'package custom.named\n\ny := 1\n',
      'rego/d.rego': 'package custom.lib.d\n\nimport data.custom.named\n\nz := named.y\n',
    });
    const { stdout } = await policy('check');
    expect(stdout).toContain('rego/a.rego:1:1: nothing asks package custom.rule.x');
    expect(stdout).toContain('rego/b.rego:1:1: nothing asks package custom.rules.aws.x');
    expect(stdout).toMatch(/\n2 problems in 4 files\n$/);
  });

  it('finds an access policy whose decision is misspelt, undefined or a function', async () => {
    write({
      'rego/access.rego': 'package custom.access\n\ndescision := {"effect": "deny", "rule": "x"}\n',
    });
    expect((await policy('check')).stdout).toContain(
      'rego/access.rego:1:1: package custom.access has no rule called decision',
    );
    write({
      'rego/access.rego': 'package custom.access\n\ndecision := {"effect": "deny", "rule": "x"} if input.now == "x"\n',
    });
    expect((await policy('check')).stdout).toContain('rego/access.rego:3:1: decision may be undefined');
  });

  it('says once what OPA says twice, in fewer words', async () => {
    write({ 'rego/x.rego': 'package custom.lib.x\ny :=' });
    const { code, stdout } = await policy('check');
    expect([code, stdout.match(/unexpected eof token/g)?.length]).toEqual([1, 1]);
    expect(stdout).toContain('expected rule value term');
  });

  it('shows nothing of a file that a terminal would act on', async () => {
    write({ 'rego/x.rego': 'package custom.lib.x\n\ny := inptu # \u001b[2J\n' });
    const { code, stdout } = await policy('check');
    expect([code, stdout.includes('\u001b')]).toEqual([1, false]);
    expect(stdout).toContain('  y := inptu # \\u{1b}[2J\n       ^\n');
  });

  it('refuses a package of ours', async () => {
    write({ 'rego/x.rego': 'package lapse.findings\n\nall := set()\n' });
    const { code, stdout } = await policy('check', 'rego/x.rego');
    expect(code).toBe(1);
    expect(stdout).toContain('rego/x.rego:1:1: package lapse.findings is not below custom (lapse_package_error)');
  });

  it('names rules that are slow', async () => {
    write({ 'rego/x.rego': `package custom.lib.x\n\ny := 1\n\nz := ${SLOW}(sprintf("%v", [input.now]))\n` });
    expect((await policy('check')).stdout).toBe(
      `rego/x.rego:5:6: data.custom.lib.x.z is slow: OPA's own code must be loaded for ${SLOW}\n1 file, 0 rules: no problem\n`,
    );
  });

  it('prints JSON', async () => {
    write({ 'rego/x.rego': 'package custom.x\n\nallow if {' });
    const { code, stdout } = await policy('check', '--format', 'json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      files: 1,
      rules: [],
      problems: [{ code: 'rego_parse_error', file: 'rego/x.rego', line: 3, column: 10 }],
      slow_rules: [],
    });
  });

  it('names a folder that is not there', async () => {
    const { code, stderr } = await policy('check', 'none');
    expect(code).toBe(2);
    expect(stderr).toContain('none: no such file or folder (ERR_POLICY_NOT_FOUND)');
  });

  it('checks the policies that ship with lapse as what they are', async () => {
    const { code, stdout } = await policy('check', assetPath('rego'));
    expect(stdout).toMatch(/^\d+ files, \d+ rules: no problem\n$/);
    expect(code).toBe(0);
  });
});

describe('lapse policy test', () => {
  it('passes, beside our library', async () => {
    write({ 'rego/no-tag.rego': RULE, 'rego/no-tag_test.rego': TEST });
    expect(await policy('test')).toEqual({
      code: 0,
      stdout: `PASS data.custom.rules["no-tag_test"].test_hit
PASS data.custom.rules["no-tag_test"].test_miss
2 tests: 2 pass
`,
      stderr: '',
    });
  });

  it('shows where a test fails, and why', async () => {
    write({ 'rego/no-tag.rego': RULE, 'rego/no-tag_test.rego': TEST.replace('== 0', '== 7') });
    const { code, stdout } = await policy('test', '--run', 'miss$');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^FAIL data\.custom\.rules\["no-tag_test"\]\.test_miss {2}rego\/no-tag_test\.rego:9\n/);
    expect(stdout).toMatch(/Fail .* = 7 with input as \{"type": "secret"\}/);
    expect(stdout).toMatch(/\n1 tests: 1 fail\n$/);
  });

  it('sees the data of the folder and of the configuration', async () => {
    write({
      'lapse.yaml': 'version: 1\npolicy: {paths: [rego], data: {thresholds: {key_age_days: 7}}}',
      'rego/data.yaml': 'custom: {late: true}',
      'rego/x_test.rego':
        'package custom.x_test\n\ntest_data if {\n\tdata.custom.late\n\tdata.lapse.thresholds.key_age_days == 7\n\tdata.lapse.thresholds.dormant_days == 180\n}\n',
    });
    expect((await policy('test')).stdout).toContain('1 tests: 1 pass');
  });

  it('fails below the threshold, and says which lines are missing', async () => {
    write({ 'rego/no-tag.rego': RULE, 'rego/no-tag_test.rego': TEST });
    const { code, stdout } = await policy('test', '--threshold', '100');
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /\n\d+ of \d+ lines covered, less than 100 %; not covered:\n {2}rego\/no-tag\.rego:22-23\n$/,
    );
    expect((await policy('test', '--threshold', '80')).code).toBe(0);
  });

  it('counts a file that no test reaches', async () => {
    write({
      'rego/no-tag.rego': RULE,
      'rego/no-tag_test.rego': TEST,
      'rego/y.rego': 'package custom.y\n\nz := 1 if input.z\n',
    });
    expect((await policy('test', '--coverage')).stdout).toContain('  rego/y.rego:3\n');
  });

  it('is not content without tests', async () => {
    write({ 'rego/no-tag.rego': RULE });
    expect(await policy('test')).toEqual({ code: 1, stdout: 'no tests\n', stderr: '' });
  });

  it('prints JSON', async () => {
    write({ 'rego/no-tag.rego': RULE, 'rego/no-tag_test.rego': TEST });
    const { stdout } = await policy('test', '--format', 'json', '--coverage');
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      tests: [{ outcome: 'pass' }, { outcome: 'pass' }],
      coverage: { uncovered: 2, files: [{ file: 'rego/no-tag.rego', uncovered: [22, 23] }] },
    });
  });

  it.each(['x', '101', '-1', ''])('refuses the threshold "%s"', async (threshold) => {
    const { code, stderr } = await policy('test', `--threshold=${threshold}`);
    expect(code).toBe(2);
    expect(stderr).toContain('expected a number from 0 to 100');
  });
});

describe('lapse policy fmt', () => {
  const MESSY = 'package   custom.x\ny:=1\n';
  const TIDY = 'package custom.x\n\ny := 1\n';

  it('prints the formatted text', async () => {
    write({ 'rego/x.rego': MESSY });
    expect(await policy('fmt', 'rego/x.rego')).toEqual({ code: 0, stdout: TIDY, stderr: '' });
    expect(readFileSync(join(folder, 'rego/x.rego'), 'utf8')).toBe(MESSY);
  });

  it('lists what is not formatted, and exits 1', async () => {
    write({ 'rego/x.rego': MESSY, 'rego/y.rego': TIDY });
    expect(await policy('fmt', '--check')).toEqual({ code: 1, stdout: 'rego/x.rego\n', stderr: '' });
  });

  it('rewrites only what changes', async () => {
    write({ 'rego/x.rego': MESSY, 'rego/y.rego': TIDY });
    expect(await policy('fmt', '--write')).toEqual({ code: 0, stdout: 'rego/x.rego\n', stderr: '' });
    expect(readFileSync(join(folder, 'rego/x.rego'), 'utf8')).toBe(TIDY);
    expect(await policy('fmt', '--check')).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('changes nothing where one file cannot be read', async () => {
    write({ 'rego/x.rego': MESSY, 'rego/y.rego': 'package custom.y\nz :=' });
    const { code, stderr } = await policy('fmt', '--write');
    expect(code).toBe(3);
    expect(stderr).toMatch(/^rego\/y\.rego:2:4: .*\(rego_parse_error\)\n {2}z :=\n {5}\^\n\n1 problem in 2 files\n$/);
    expect(readFileSync(join(folder, 'rego/x.rego'), 'utf8')).toBe(MESSY);
  });
});

describe('lapse policy build', () => {
  it('writes a bundle that OPA reads, the same one each time', async () => {
    write({ 'rego/no-tag.rego': RULE, 'rego/no-tag_test.rego': TEST, 'rego/data.yaml': 'custom: {late: false}' });
    const first = await policy('build', '--target', 'wasm', '--output', 'one.tar.gz');
    expect(first).toMatchObject({ code: 0, stdout: '' });
    expect(first.stderr).toMatch(/^one\.tar\.gz: custom\/rules\/no-tag\/finding, revision [0-9a-f]{64}\n$/);
    await policy('build', '--target', 'wasm', '-o', 'two.tar.gz');
    const [one, two] = ['one.tar.gz', 'two.tar.gz'].map((name) => readFileSync(join(folder, name)));
    expect(one?.equals(two ?? Buffer.alloc(0))).toBe(true);

    const tar = tarEntries(gunzipSync(one ?? Buffer.alloc(0)));
    expect([...tar.keys()].sort()).toEqual(['/.manifest', '/data.json', '/policy.wasm']);
    expect(JSON.parse(tar.get('/.manifest')?.toString() ?? '')).toEqual({
      revision: expect.stringMatching(/^[0-9a-f]{64}$/),
      roots: ['custom'],
      wasm: [{ entrypoint: 'custom/rules/no-tag/finding', module: '/policy.wasm', annotations: undefined }],
      rego_version: 1,
    });
    expect(JSON.parse(tar.get('/data.json')?.toString() ?? '')).toEqual({ custom: { late: false } });
    expect(tar.get('/policy.wasm')?.subarray(0, 4)).toEqual(Buffer.from('\0asm'));
  });

  it('packs sources and data, and signs them as OPA does', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    write({
      'rego/no-tag.rego': RULE,
      'rego/no-tag_test.rego': TEST,
      'rego/data.yaml': 'custom: {late: false}',
      'key.pem': privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    });
    const { code, stderr } = await policy(
      'build',
      '--revision',
      'r7',
      '--signing-key',
      'key.pem',
      '--signing-key-id',
      'team',
    );
    expect([code, stderr]).toEqual([0, 'bundle.tar.gz: 1 file, revision r7, signed with RS256 as team\n']);
    const tar = tarEntries(gunzipSync(readFileSync(join(folder, 'bundle.tar.gz'))));
    expect([...tar.keys()].sort()).toEqual(['/.manifest', '/.signatures.json', '/data.json', '/rego/no-tag.rego']);
    expect(tar.get('/rego/no-tag.rego')?.toString()).toBe(RULE);
    const bundle = new Map([...tar].map(([path, content]) => [path.slice(1), content]));
    const rule = { keys: new Map([['team', { algorithm: 'RS256', key: publicKey }]]) };
    expect(await verifySignature(bundle, rule, new Date())).toBe('team');
    bundle.set('data.json', Buffer.from('{"custom":{"late":true}}'));
    await expect(verifySignature(bundle, rule, new Date())).rejects.toMatchObject({ code: 'ERR_POLICY_BUNDLE' });
  });

  it('names a key that cannot sign', async () => {
    write({ 'rego/no-tag.rego': RULE, 'key.pem': 'no key' });
    expect(await policy('build', '--signing-key', 'key.pem')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('(lapse_signing_error)'),
    });
  });

  it('writes nothing for policies that do not compile', async () => {
    write({ 'rego/x.rego': 'package custom.x\nallow if {' });
    expect(await policy('build')).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/rego\/x\.rego:2:10: .*\n {2}allow if \{\n {11}\^/),
    });
    expect(existsSync(join(folder, 'bundle.tar.gz'))).toBe(false);
  });
});

/** Contents by name; enough of the format for what we write ourselves. */
function tarEntries(tar: Buffer): ReadonlyMap<string, Buffer> {
  const entries = new Map<string, Buffer>();
  for (let at = 0; tar[at] !== 0 && at < tar.length; ) {
    const text = (start: number, length: number) =>
      tar
        .subarray(at + start, at + start + length)
        .toString('utf8')
        .replace(/\0.*$/s, '');
    const size = Number.parseInt(text(124, 12), 8);
    entries.set(text(0, 100), tar.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return entries;
}
