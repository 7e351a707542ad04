import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import addFormatsModule from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/model/finding.ts';
import { escapeControl, escapeMarkdown } from '../../src/report/escape.ts';
import { groupFindings } from '../../src/report/group-findings.ts';
import type { Report } from '../../src/report/report.ts';
import { findReporter, REPORTERS } from '../../src/report/reporters.ts';
import { exitCodeOf } from '../../src/report/summary.ts';

function finding(rule: string, subject: string, rest: Partial<Finding> = {}): Finding {
  return {
    rule,
    title: `title of ${rule}`,
    severity: 'high',
    subject,
    subjectName: `name of ${subject}`,
    message: `message of ${rule}`,
    detail: {},
    evidence: [],
    remediation: 'lease it',
    controls: {},
    location: { path: 'k8s/rbac.yaml', line: 7, column: 3 },
    fingerprint: Buffer.from(`${rule} ${subject}`).toString('hex').padEnd(64, '0').slice(0, 64),
    ...rest,
  };
}

function rendered(id: string, value: Report, color = false): string {
  return [...findReporter(id).render(value, { color })].join('');
}

function report(rest: Partial<Report> = {}): Report {
  const findings = [finding('admin-standing', 'one'), finding('owner-missing', 'one', { severity: 'medium' })];
  return {
    command: 'check',
    version: '0.1.0',
    at: '2026-11-22T00:00:00.000Z',
    problems: [],
    groups: groupFindings(findings, new Map()),
    accepted: [],
    notices: [],
    threshold: 'medium',
    policyRevision: 'sha256:0',
    rules: ['admin-standing', 'owner-missing', 'unused-rule'].map((id) => ({
      id,
      title: `title of ${id}`,
      description: 'what is wrong',
      severity: 'high',
      nhi: 'NHI5',
      remediation: 'lease it',
      controls: { cis_aws_7_0: ['2.14'], other: ['2.14'] },
    })),
    secrets: [],
    secretRules: new Map(),
    read: [],
    ...rest,
  };
}

const hostile = 'evil\u001b[2J\n::error::\u202eforged | <img src=x> `code` @everyone';

describe('groupFindings', () => {
  it('makes one group per subject, headed by the most severe finding', () => {
    const groups = groupFindings(
      [
        finding('owner-missing', 'a', { severity: 'medium' }),
        finding('admin-standing', 'a', { severity: 'critical' }),
        finding('key-too-old', 'b', { severity: 'medium' }),
      ],
      new Map(),
    );
    expect(groups.map(({ primary, secondary }) => [primary.rule, secondary.map(({ rule }) => rule)])).toEqual([
      ['admin-standing', ['owner-missing']],
      ['key-too-old', []],
    ]);
  });

  it('does not head a group with a finding that follows from another', () => {
    const [group] = groupFindings(
      [finding('k8s-secrets-read', 'a', { severity: 'critical' }), finding('cluster-admin', 'a', { severity: 'high' })],
      new Map([['k8s-secrets-read', ['cluster-admin']]]),
    );
    expect(group?.primary.rule).toBe('cluster-admin');
  });

  it('attaches a path to the subject that it ends at, when that one is reported itself', () => {
    const path = finding('can-become-admin', 'workload', { detail: { to: 'account' } });
    const groups = groupFindings([path, finding('cluster-admin', 'account')], new Map());
    expect(groups).toHaveLength(1);
    expect(groups[0]?.primary.subject).toBe('account');
    expect(groups[0]?.secondary.map(({ subject }) => subject)).toEqual(['workload']);
    expect(groupFindings([path], new Map())).toHaveLength(1);
  });

  it('loses no finding, and answers the same in any order', () => {
    const all = ['a', 'b', 'c'].flatMap((subject) =>
      ['x', 'y'].map((rule) => finding(rule, subject, { detail: subject === 'c' ? { to: 'a' } : {} })),
    );
    const flat = (findings: readonly Finding[]) =>
      groupFindings(findings, new Map()).map(({ primary, secondary }) =>
        [primary, ...secondary].map((one) => one.fingerprint),
      );
    expect(flat(all).flat().sort()).toEqual(all.map(({ fingerprint }) => fingerprint).sort());
    expect(flat([...all].reverse()).map((group) => group[0])).toEqual(flat(all).map((group) => group[0]));
  });
});

describe('exit code', () => {
  const problem = { code: 'ERR_SCAN_SYNTAX', message: 'k8s/x.yaml:1:1: broken', location: { path: 'k8s/x.yaml' } };
  it.each([
    ['clean', { groups: [] }, 0],
    ['findings at the threshold', {}, 1],
    ['findings below the threshold', { threshold: 'critical' }, 0],
    ['threshold none', { threshold: 'none' }, 0],
    ['incomplete wins over findings', { problems: [problem] }, 3],
    ['incomplete without findings', { problems: [problem], groups: [] }, 3],
  ] as const)('%s', (_, rest, code) => {
    expect(exitCodeOf(report(rest))).toBe(code);
  });
});

describe('SARIF', () => {
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  const addFormats = addFormatsModule as unknown as (instance: Ajv) => void;
  addFormats(ajv);
  const validate = ajv.compile(
    JSON.parse(readFileSync(new URL('../fixtures/sarif/sarif-schema-2.1.0.json', import.meta.url), 'utf8')),
  );
  const render = (value: Report) => JSON.parse(rendered('sarif', value));

  it.each([
    ['findings', report()],
    ['nothing', report({ groups: [] })],
    [
      'a secret in several places',
      report({
        groups: groupFindings([finding('admin-standing', 'secret:x')], new Map()),
        secrets: [
          {
            id: 'secret:x',
            rule: 'acme/token',
            vendor: 'acme',
            title: 'Acme token',
            confidence: 'structured',
            fingerprint: '0'.repeat(64),
            validity: 'unknown',
            inHead: true,
            locations: [
              { path: 'a b/ü.env', line: 2, column: 3, endColumn: 9 },
              { path: 'x.zip!/y', line: 1, commit: 'c0ffee' },
            ],
          },
        ],
      }),
    ],
    [
      'everything at once',
      report({
        problems: [
          { code: 'ERR_SCAN_SYNTAX', message: hostile, location: { path: 'a b/c:d.yaml', line: 2, column: 1 } },
        ],
        notices: [{ message: hostile, location: { path: 'lapse.yaml' } }],
        accepted: [{ finding: finding('unused-rule', 'two'), reason: hostile, owner: 'team', expires: '2027-01-01' }],
        groups: groupFindings([finding('admin-standing', 'x', { message: hostile, severity: 'info' })], new Map()),
      }),
    ],
  ])('is valid by the schema of the standard: %s', (_, value) => {
    const sarif = render(value);
    validate(sarif);
    expect(validate.errors ?? []).toEqual([]);
  });

  it('would notice an invalid report', () => {
    const sarif = render(report());
    sarif.runs[0].results[0].level = 'fatal';
    expect(validate(sarif)).toBe(false);
  });

  it('says that a run was incomplete, and keeps tags unique', () => {
    const sarif = render(report({ problems: [{ code: 'X', message: 'm', location: { path: 'p' } }] }));
    expect(sarif.runs[0].invocations[0].executionSuccessful).toBe(false);
    const { tags } = sarif.runs[0].tool.driver.rules[0].properties;
    expect(new Set(tags).size).toBe(tags.length);
  });

  it('gives results a fingerprint that does not move with the lines', () => {
    const at = (line: number) =>
      render(
        report({
          groups: groupFindings([finding('admin-standing', 'one', { location: { path: 'x', line } })], new Map()),
        }),
      ).runs[0].results[0].partialFingerprints;
    expect(at(1)).toEqual(at(99));
  });
});

describe('names that strangers write', () => {
  it.each([
    ['escape sequence', '\u001b[31m', '\\u{1b}[31m'],
    ['line break', 'a\r\nb', 'a\\u{d}\\u{a}b'],
    ['bidirectional override', 'a\u202eb', 'a\\u{202e}b'],
    ['zero width', 'a\u200bb', 'a\\u{200b}b'],
    ['letters of any language', 'größe 名前', 'größe 名前'],
  ])('escapeControl: %s', (_, text, escaped) => {
    expect(escapeControl(text)).toBe(escaped);
  });

  it('escapeMarkdown leaves nothing that acts', () => {
    const escaped = escapeMarkdown(hostile);
    for (const character of ['<', '>', '@', '\n', '\u001b']) expect(escaped).not.toContain(character);
    expect(escaped).toContain('\\|');
    expect(escaped).toContain('\\`');
  });

  it.each(REPORTERS.map(({ id }) => id))('%s prints no control character of a name', (id) => {
    const value = report({
      groups: groupFindings(
        [
          finding('admin-standing', 'x', {
            message: hostile,
            subjectName: hostile,
            location: { path: hostile, line: 1 },
          }),
        ],
        new Map(),
      ),
      notices: [{ message: hostile, location: { path: hostile } }],
      problems: [{ code: 'X', message: hostile, location: { path: hostile } }],
    });
    const text = rendered(id, value);
    expect(text).not.toContain('\u001b');
    expect(text).not.toContain('\u202e');
  });

  it('a name cannot forge a workflow command of its own', () => {
    const value = report({ groups: groupFindings([finding('admin-standing', 'x', { message: hostile })], new Map()) });
    const lines = rendered('github', value).trimEnd().split('\n');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^::error file=k8s\/rbac\.yaml,line=7,col=3,title=/);
  });
});

describe('terminal', () => {
  it('names severity, place, subject, reason and fix, and colours only when asked', () => {
    const plain = rendered('terminal', report());
    expect(plain).toContain('high     title of admin-standing  admin-standing');
    expect(plain).toContain('k8s/rbac.yaml:7:3  name of one');
    expect(plain).toContain('also: owner-missing');
    expect(plain).toContain('fix: lease it');
    expect(plain).toContain('1 finding added by this change (1 high) · 1 at or above medium');
    expect(rendered('terminal', report(), true)).toContain('\u001b[31m');
  });

  it('an unknown format is a usage error that names the known ones', () => {
    expect(() => findReporter('xml')).toThrowError(
      expect.objectContaining({ code: 'ERR_USAGE', hint: expect.stringContaining('sarif') }),
    );
  });
});
