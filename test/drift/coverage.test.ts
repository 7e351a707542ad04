import { describe, expect, it } from 'vitest';
import { compareCoverage } from '../../src/drift/coverage.ts';
import type { DriftRow } from '../../src/drift/drift.ts';
import { worseRows } from '../../src/drift/worse.ts';
import type { Severity } from '../../src/model/finding.ts';
import type { SourceState } from '../../src/model/source-state.ts';

function state(id: number, complete = true, tellingUnits = 5): SourceState {
  const problems = complete ? [] : [{ code: 'ERR_SCAN_SYNTAX', message: 'x', location: { path: 'x' } }];
  return {
    source: 'aws:acme',
    latest: { id, source: 'aws:acme', at: `2026-01-0${id}`, complete, units: 1, problems },
    unreadUnits: complete ? 0 : 2,
    tellingUnits,
  };
}

describe('compareCoverage', () => {
  it.each<[string, SourceState[], SourceState[], string[], boolean]>([
    ['read again', [state(1)], [state(3)], [], true],
    ['new', [], [state(3)], ['new'], true],
    ['not looked at since', [state(1)], [state(1)], ['stale'], true],
    ['incomplete', [state(1)], [state(3, false)], ['incomplete'], false],
    ['still incomplete', [state(1, false)], [state(3, false)], ['incomplete'], false],
    ['complete again', [state(1, false)], [state(3)], ['complete-again'], true],
    ['incomplete and not looked at since', [state(1, false)], [state(1, false)], ['stale', 'incomplete'], false],
    ['there with fewer files', [state(1)], [state(3, true, 4)], ['fewer-files'], true],
    ['there with more files', [state(1)], [state(3, true, 6)], [], true],
    ['new and incomplete', [], [state(3, false)], ['new', 'incomplete'], false],
  ])('says when a source is %s', (_case, before, after, kinds, complete) => {
    const coverage = compareCoverage(before, after, 2);
    expect(coverage.notes.map(({ kind }) => kind)).toEqual(kinds);
    expect(coverage.complete).toBe(complete);
  });

  it('says how much was not read, and when', () => {
    expect(compareCoverage([], [state(3, false)], 2).notes[1]).toEqual({
      source: 'aws:acme',
      kind: 'incomplete',
      at: '2026-01-03',
      unreadUnits: 2,
      tellingUnits: { before: 0, after: 5 },
      problems: 1,
    });
  });
});

describe('worseRows', () => {
  const row = (kind: DriftRow['kind'], severity: Severity | undefined, over: Partial<DriftRow> = {}): DriftRow => ({
    kind,
    entity: 'finding',
    id: 'x',
    name: 'x',
    fields: [],
    minor: false,
    firstSeen: '',
    since: '',
    sources: [],
    ...(severity === undefined ? {} : { severity }),
    ...over,
  });
  const severityChange = (before: Severity, after: Severity) => ({
    fields: [{ field: 'severity', minor: false, before, after }],
  });

  it.each<[string, DriftRow, Severity | 'none', boolean]>([
    ['opened at the threshold', row('added', 'medium'), 'medium', true],
    ['opened above it', row('added', 'critical'), 'medium', true],
    ['opened below it', row('added', 'low'), 'medium', false],
    ['back', row('reopened', 'high'), 'medium', true],
    ['closed', row('removed', 'critical'), 'info', false],
    ['raised', row('changed', 'high', severityChange('low', 'high')), 'medium', true],
    ['raised, but not to the threshold', row('changed', 'low', severityChange('info', 'low')), 'medium', false],
    ['lowered', row('changed', 'medium', severityChange('critical', 'medium')), 'medium', false],
    ['changed in words', row('changed', 'critical', { fields: [{ field: 'message', minor: true }] }), 'info', false],
    ['opened, and nothing fails', row('added', 'critical'), 'none', false],
    ['no finding', row('added', undefined, { entity: 'principal' }), 'info', false],
  ])('judges what is %s', (_case, changed, threshold, worse) => {
    expect(worseRows({ rows: [changed] }, threshold)).toEqual(worse ? [changed] : []);
  });
});
