import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRegoCompiler } from '../../src/policy/compiler/compiler.ts';
import { createPolicyEngine } from '../../src/policy/create-policy-engine.ts';
import type { PolicyEngine } from '../../src/policy/engine.ts';
import { compileLibrary, type PolicyLibrary } from '../../src/policy/library.ts';
import type { PolicyFolder } from '../../src/policy/policy-sources.ts';

const OURS = {
  'rego/main.rego': `package lapse.findings

all contains {"id": "ours", "subject": "s", "detail": {}} if input.ours
`,
  'rego/ours.rego': `# METADATA
# title: Ours
# custom: {id: ours, severity: low}
package lapse.rules.ours
`,
  'rego/access.rego': `package lapse.access

decision := {
	"effect": input.effect, "rule": "ours", "reasons": [], "ttl_max": 900,
	"scope": {"actions": ["read", "write"], "resources": []},
	"source_cidrs": [], "approvals": [], "notify": [],
}
`,
};

const THEIRS = {
  'policies/no-tag.rego': `# METADATA
# title: No tag
# custom: {id: no-tag, severity: medium, message: "{name}"}
package custom.rules["no-tag"]

import data.lapse.lib.evidence

finding contains {
	"id": "no-tag",
	"subject": input.subject,
	"detail": {"name": tag},
	"evidence": [evidence.plain("tag", "none")],
} if {
	some tag in data.custom.tags
	not tag in input.tags
}
`,
  'policies/access.rego': `package custom.access

decision := {"effect": "deny", "rule": "freeze", "reasons": ["frozen"]} if {
	input.frozen
} else := {"effect": "allow", "rule": "short", "ttl_max": 60, "scope": {"actions": ["read"], "resources": []}}
`,
};

const NOW = '2026-11-23T10:00:00Z';
const DATA = { custom: { tags: ['owner', 'cost'] } };
const cacheFolder = mkdtempSync(join(tmpdir(), 'lapse-policy-'));
let library: PolicyLibrary;
let engine: PolicyEngine;

beforeAll(async () => {
  const compiler = createRegoCompiler();
  const data = { lapse: { levels: {}, allowed: {} } };
  library = await compileLibrary({ compiler, cacheFolder }, { modules: OURS, data });
  await compiler.close();
  engine = await open({ modules: THEIRS, data: DATA });
});
afterAll(async () => {
  await engine.close();
  rmSync(cacheFolder, { recursive: true });
});

function open(custom: PolicyFolder, data = {}): Promise<PolicyEngine> {
  return createPolicyEngine({ library, custom, data, cacheFolder, workers: 1 });
}

describe('rules of users', () => {
  it('join ours, with the data of their own folder', async () => {
    expect([...engine.rules.keys()].sort()).toEqual(['no-tag', 'ours']);
    expect(await engine.findings({ now: NOW, ours: true, subject: 'x', tags: ['owner'] })).toEqual([
      { id: 'ours', subject: 's', detail: {}, evidence: [] },
      { id: 'no-tag', subject: 'x', detail: { name: 'cost' }, evidence: [{ fact: 'tag', value: 'none' }] },
    ]);
  });

  it('follow the levels of the configuration', async () => {
    const quiet = await open({ modules: THEIRS, data: DATA }, { levels: { 'no-tag': 'off' } });
    expect(await quiet.findings({ now: NOW, subject: 'x', tags: [] })).toEqual([]);
    await quiet.close();
  });

  it('cannot speak for another rule', async () => {
    const text = `# METADATA
# title: T
# custom: {id: mine, severity: low}
package custom.rules.mine

finding contains {"id": "ours", "subject": "s", "detail": {}}

finding contains {"subject": "t", "detail": {}}
`;
    const spoofing = await open({ modules: { 'p/mine.rego': text }, data: {} });
    expect((await spoofing.findings({ now: NOW })).map(({ id }) => id)).toEqual(['mine', 'mine']);
    await spoofing.close();
  });

  it('are without effect when there are none', async () => {
    const empty = await open({ modules: { 'policies/notes.rego': 'package custom.notes\nx := 1\n' }, data: {} });
    expect(await empty.findings({ ours: true })).toHaveLength(1);
    expect((await empty.decide({ effect: 'allow' })).rule).toBe('ours');
    await empty.close();
  });
});

describe('access policies of users', () => {
  it('make our decision stricter', async () => {
    expect(await engine.decide({ effect: 'allow' })).toMatchObject({
      effect: 'allow',
      rule: 'ours',
      ttl_max: 60,
      scope: { actions: ['read'] },
    });
    expect(await engine.decide({ effect: 'allow', frozen: true })).toMatchObject({
      effect: 'deny',
      rule: 'freeze',
      reasons: ['frozen'],
      ttl_max: 0,
    });
    expect(await engine.decide({ effect: 'deny' })).toMatchObject({ effect: 'deny', rule: 'ours' });
  });

  it.each([
    [
      'undefined',
      'package custom.access\ndecision := {"effect": "allow", "rule": "r"} if input.never',
      'ERR_POLICY_UNDEFINED',
    ],
    ['malformed', 'package custom.access\ndecision := {"effect": "sure", "rule": "r"}', 'ERR_POLICY_ANSWER'],
    [
      'failing',
      'package custom.access\ndecision := {"effect": "allow", "rule": to_number("r")}',
      'ERR_POLICY_EVALUATION',
    ],
  ])('that are %s are an error', async (_, text, code) => {
    const wrong = await open({ modules: { 'policies/access.rego': text }, data: {} });
    await expect(wrong.decide({ effect: 'allow' })).rejects.toMatchObject({ code });
    await wrong.close();
  });
});

describe('what is ours', () => {
  const rule = (id: string) => `# METADATA\n# title: T\n# custom: {id: ${id}, severity: low}\n`;

  const SILENT = '\nfinding contains "x" if false\n';

  it.each([
    [
      'a package of ours',
      { 'p/a.rego': '\n  package lapse.findings\nall := set()' },
      'p/a.rego:2:3: package lapse.findings is not below custom',
    ],
    [
      'a rule of ours',
      { 'p/a.rego': `${rule('ours')}package lapse.rules.ours` },
      'p/a.rego:4:1: package lapse.rules.ours is not below custom',
    ],
    ['any other package', { 'p/a.rego': 'package rules.x' }, 'p/a.rego:1:1: package rules.x is not below custom'],
    [
      'the id of one of our rules',
      { 'p/a.rego': `${rule('ours')}package custom.rules.ours${SILENT}` },
      'p/a.rego:4:1: rule "ours" is one of lapse already',
    ],
    [
      'a rule without METADATA',
      { 'p/a.rego': `package custom.rules.x${SILENT}` },
      'p/a.rego:1:1: rule "x" has no METADATA of scope package',
    ],
    [
      'a rule with another id',
      { 'p/a.rego': `${rule('y')}package custom.rules.x${SILENT}` },
      'p/a.rego:4:1: METADATA of rule "x" has custom.id "y", expected that of the package',
    ],
    [
      'a rule without a level',
      { 'p/a.rego': `# METADATA\n# title: T\n# custom: {id: x}\npackage custom.rules.x${SILENT}` },
      'p/a.rego:4:1: METADATA of rule "x": custom.severity: ',
    ],
    [
      'a rule without a title',
      { 'p/a.rego': `# METADATA\n# custom: {id: x, severity: low}\npackage custom.rules.x${SILENT}` },
      'p/a.rego:3:1: METADATA of rule "x" has no title',
    ],
    [
      'a rule that says nothing',
      { 'p/a.rego': `${rule('x')}package custom.rules.x\nfindings contains "x"` },
      'p/a.rego:4:1: package custom.rules.x has no rule called finding',
    ],
    [
      'an access policy that says nothing',
      { 'p/a.rego': 'package custom.access\ndecison := {"effect": "deny"}' },
      'p/a.rego:1:1: package custom.access has no rule called decision',
    ],
    [
      'a file of the library',
      { 'rego/lib/evidence.rego': 'package custom.x' },
      'rego/lib/evidence.rego: a file of lapse has this name',
    ],
    ['a syntax error', { 'p/a.rego': 'package custom.x\nallow if {' }, 'p/a.rego:2:10: '],
  ])('is protected from %s', async (_, modules, message) => {
    await expect(open({ modules, data: {} })).rejects.toMatchObject({
      code: 'ERR_POLICY_INVALID',
      message: expect.stringContaining(message),
    });
  });

  it('is protected from data of the policy folder', async () => {
    await expect(open({ modules: {}, data: { lapse: { levels: { ours: 'off' } } } })).rejects.toMatchObject({
      message: 'data.lapse of the policy folder is not below custom',
    });
  });
});
