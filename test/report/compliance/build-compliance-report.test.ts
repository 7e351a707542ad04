import { describe, expect, it } from 'vitest';
import type { ComplianceInput } from '../../../src/report/compliance/build-compliance-report.ts';
import { type ComplianceReport, complianceExitCode } from '../../../src/report/compliance/compliance-report.ts';
import { ACCEPTED, AT, counts, found, rule, sampleReport, source, view } from './sample-report.ts';

const state = ({ controls }: ComplianceReport, id: string) => controls.find(({ control }) => control.id === id)?.state;
const gaps = ({ controls }: ComplianceReport, id: string) =>
  controls.find(({ control }) => control.id === id)?.gaps.map(({ kind, why }) => `${kind}: ${why}`);
const ofKeys = (...by: readonly [string, ReturnType<typeof counts>][]) => new Map([['key-too-old', new Map(by)]]);

describe('the state of a control', () => {
  it.each<[string, Partial<ComplianceInput>, string, readonly string[]]>([
    ['all asked, nothing found', {}, 'clear', []],
    ['a finding', { found: [found('a')] }, 'open', []],
    ['an accepted finding', { found: [found('a', { accepted: ACCEPTED })] }, 'accepted', []],
    ['one accepted, one not', { found: [found('a', { accepted: ACCEPTED }), found('b')] }, 'open', []],
    ['an acceptance that is over', { found: [found('a', { expired: ACCEPTED })] }, 'open', []],
    [
      'a platform that nobody scans',
      { view: view({ listed: new Set(), counts: new Map() }) },
      'not-assessed',
      ['not-scanned: nothing of aws was scanned'],
    ],
    [
      'a second platform that nobody scans',
      { rules: [rule('key-too-old', { platforms: ['aws', 'gcp'] })] },
      'clear',
      ['not-scanned: nothing of gcp was scanned'],
    ],
    [
      'nobody tells the facts',
      { view: view({ counts: ofKeys(['aws', counts(0, 2, 3)]) }) },
      'not-assessed',
      ['unknown-facts: aws: nothing that was scanned tells credential.createdAt'],
    ],
    [
      'some do not tell',
      { view: view({ counts: ofKeys(['aws', counts(3, 1)]) }) },
      'partial',
      ['unknown-facts: aws: credential.createdAt not known of 1 of 4 subjects'],
    ],
    [
      'some do not tell, and what was found is accepted',
      { view: view({ counts: ofKeys(['aws', counts(3, 1)]) }), found: [found('a', { accepted: ACCEPTED })] },
      'partial',
      ['unknown-facts: aws: credential.createdAt not known of 1 of 4 subjects'],
    ],
    [
      'a file that could not be read',
      { view: view({ sources: [source({ complete: false, unread: 1 })] }) },
      'partial',
      ['incomplete: aws:/work was not read completely: 0 problems, 1 file left as before'],
    ],
    [
      'a file of another platform that could not be read',
      { view: view({ sources: [source(), source({ complete: false, platforms: ['gcp'] })] }) },
      'clear',
      [],
    ],
    [
      'a file that could not be read and may be of any platform',
      { view: view({ sources: [source(), source({ source: 'terraform:/work', complete: false, platforms: [] })] }) },
      'partial',
      ['incomplete: terraform:/work was not read completely: 0 problems, 0 files left as before'],
    ],
    [
      'an old scan',
      { view: view({ sources: [source({ at: '2025-01-02T03:04:05.000Z', stale: true })] }) },
      'partial',
      ['stale: aws:/work was not looked at since 2025-01-02'],
    ],
    [
      'a rule that is off',
      { view: view({ off: new Map([['key-too-old', 'all']]) }) },
      'not-assessed',
      ['switched-off: switched off in policy data'],
    ],
    [
      'a case that is off',
      { view: view({ off: new Map([['key-too-old', 'some']]) }) },
      'partial',
      ['switched-off: some of its cases are switched off in policy data'],
    ],
    [
      'subjects that could not be judged',
      { view: view({ unjudged: 2 }) },
      'partial',
      ['not-judged: 2 problems while judging: some subjects were not judged'],
    ],
    [
      'nothing was judged',
      { view: view({ unasked: { kind: 'not-judged', why: 'nobody judged' } }) },
      'not-assessed',
      ['not-judged: nobody judged'],
    ],
    [
      'nothing was judged by these policies, and a finding of others is accepted',
      {
        view: view({ unasked: { kind: 'other-policy', why: 'others' } }),
        found: [found('a', { accepted: ACCEPTED })],
      },
      'partial',
      ['other-policy: others'],
    ],
  ])('%s', (_, input, expected, why) => {
    const report = sampleReport(input);
    expect(state(report, 'S1')).toBe(expected);
    expect(gaps(report, 'S1')).toEqual(why);
  });

  it('is never "clear" where no rule asks, and says why', () => {
    const report = sampleReport();
    expect([state(report, 'S2'), gaps(report, 'S2')]).toEqual(['not-assessed', ['no-rule: no rule is about it']]);
    expect([state(report, 'S3'), gaps(report, 'S3')]).toEqual(['not-assessed', ['outside: about people']]);
  });

  it('says a reason of several rules once', () => {
    const report = sampleReport({
      rules: [rule('key-too-old', { platforms: ['gcp'] }), rule('key-unused', { platforms: ['gcp'] })],
    });
    expect(report.controls[0]?.gaps).toEqual([
      { kind: 'not-scanned', why: 'nothing of gcp was scanned', rules: ['key-too-old', 'key-unused'] },
    ]);
  });
});

describe('where findings go', () => {
  it('keeps a control that only a rule of a user names', () => {
    const report = sampleReport({
      rules: [rule('key-too-old', { controls: { sample_1: ['S1', 'S99'] } })],
      found: [found('a')],
    });
    expect(report.controls.at(-1)).toMatchObject({ control: { id: 'S99' }, selected: false, state: 'open' });
  });

  it('counts findings of rules that name none', () => {
    const report = sampleReport({
      rules: [rule('key-too-old', { controls: { other: ['1'] } })],
      found: [found('a'), found('b')],
    });
    expect(report.elsewhere).toEqual([{ rule: 'key-too-old', findings: 2 }]);
    expect(report.findings).toEqual([]);
  });

  it('takes a finding whose rule is gone at its own word', () => {
    const report = sampleReport({ rules: [], found: [found('a', {}, { controls: { sample_1: ['S2'] } })] });
    expect([state(report, 'S2'), report.findings.length]).toEqual(['open', 1]);
  });

  it('puts what was resolved beside what is there', () => {
    const { finding, firstSeen, lastSeen } = found('gone');
    const report = sampleReport({ gone: [{ finding, firstSeen, lastSeen, resolvedAt: AT, how: 'fixed' }] });
    expect(report.controls[0]?.resolved).toMatchObject([{ how: 'fixed', controls: ['S1'] }]);
    expect(state(report, 'S1')).toBe('clear');
  });

  it('tells exceptions that concern a rule of the framework only', () => {
    const exception = { name: 'x', subjects: ['*'], reason: 'known' };
    const report = sampleReport({
      exceptions: [
        { ...exception, rules: ['key-too-old'] },
        { ...exception, rules: ['of-another'] },
      ],
    });
    expect(report.exceptions.map(({ rules }) => rules)).toEqual([['key-too-old']]);
  });
});

describe('the exit code', () => {
  const gap = { kind: 'stale', why: 'old', rules: [] } as const;
  it.each<[Partial<ComplianceInput>, number]>([
    [{}, 0],
    [{ found: [found('a')] }, 1],
    [{ found: [found('a', { accepted: ACCEPTED })] }, 0],
    [{ found: [found('a', {}, { severity: 'low' })] }, 0],
    [{ found: [found('a', {}, { severity: 'low' })], threshold: 'low' }, 1],
    [{ found: [found('a')], threshold: 'none' }, 0],
    [{ found: [found('a')], gaps: [gap] }, 3],
    [{ gaps: [gap] }, 3],
  ])('%#', (input, code) => {
    expect(complianceExitCode(sampleReport(input))).toBe(code);
  });
});
