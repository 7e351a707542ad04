import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assetPath } from '../../src/assets.ts';
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
    write({ 'rego/x.rego': 'package custom.x\n\nallow if {\n\ty := 1\n\tcount(1) > 2\n}\n' });
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

  it('knows the fields of our inputs', async () => {
    write({ 'rego/no-tag.rego': RULE.replace('input.type', 'input.tpye') });
    const { code, stdout } = await policy('check');
    expect(code).toBe(1);
    expect(stdout).toContain('rego/no-tag.rego:18:2: undefined ref: input.tpye');
  });

  it('refuses a package of ours', async () => {
    write({ 'rego/x.rego': 'package lapse.findings\n\nall := set()\n' });
    const { code, stdout } = await policy('check', 'rego/x.rego');
    expect(code).toBe(1);
    expect(stdout).toContain('rego/x.rego:1:1: package lapse.findings is not below custom (lapse_package_error)');
  });

  it('names builtins that are slow', async () => {
    write({ 'rego/x.rego': 'package custom.x\n\ny := regex.replace(sprintf("%v", [input.a]), "a", "b")\n' });
    expect((await policy('check')).stdout).toBe(
      "rego/x.rego: regex.replace: slow, since OPA's own code must be loaded for it\n1 file, 0 rules: no problem\n",
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
      slow_builtins: [],
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
      /\n\d+ of \d+ lines covered, less than 100 %; not covered:\n {2}rego\/no-tag\.rego:22,23\n$/,
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
    expect(stderr).toMatch(/^lapse: rego\/y\.rego:2:\d+: .*\(ERR_POLICY_INVALID\)\n$/);
    expect(readFileSync(join(folder, 'rego/x.rego'), 'utf8')).toBe(MESSY);
  });
});

describe('lapse policy build', () => {
  it('writes a bundle that OPA reads, the same one each time', async () => {
    write({ 'rego/no-tag.rego': RULE, 'rego/no-tag_test.rego': TEST, 'rego/data.yaml': 'custom: {late: false}' });
    const first = await policy('build', '--output', 'one.tar.gz');
    expect(first).toEqual({ code: 0, stdout: '', stderr: 'one.tar.gz: custom/rules/no-tag/finding\n' });
    await policy('build', '-o', 'two.tar.gz');
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

  it('writes nothing for policies that do not compile', async () => {
    write({ 'rego/x.rego': 'package custom.x\nallow if {' });
    expect(await policy('build')).toMatchObject({ code: 3, stderr: expect.stringContaining('(ERR_POLICY_INVALID)') });
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
