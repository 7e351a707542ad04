import { describe, expect, it } from 'vitest';
import { resolvePoint } from '../../src/drift/resolve-point.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';

/** Three runs: of two, three and one snapshots. */
const snapshots: readonly Snapshot[] = [
  '2026-01-01T08:00:00.000Z',
  '2026-01-01T08:00:00.000Z',
  '2026-01-05T08:00:00.000Z',
  '2026-01-05T08:00:00.000Z',
  '2026-01-05T08:00:00.000Z',
  '2026-01-08T20:00:00.000Z',
].map((at, index) => ({ id: index + 1, source: `s${index}`, at, complete: true, units: 1, problems: [] }));
const now = new Date('2026-01-09T12:00:00Z');

describe('resolvePoint', () => {
  it.each([
    ['latest', 6],
    ['previous', 5],
    ['first', 2],
    ['4', 4],
    ['2026-01-05', 5],
    ['2026-01-04', 2],
    ['2026-01-05T07:59', 2],
    ['2026-01-05T08:00', 5],
    ['2026-01-05T08:00:00Z', 5],
    ['2026-01-05T09:00+02:00', 2],
    ['2026-01-08T21:00+01:00', 6],
    ['1d', 5],
    ['12h', 6],
    ['3d ago', 5],
    ['1w', 2],
    ['100d', 0],
    ['2025-12-31', 0],
  ])('finds %s', (text, snapshot) => {
    expect(resolvePoint(text, snapshots, now).snapshot).toBe(snapshot);
  });

  it('gives the time of the snapshot that it finds, and none before the first', () => {
    expect(resolvePoint('latest', snapshots, now)).toEqual({ snapshot: 6, at: '2026-01-08T20:00:00.000Z' });
    expect(resolvePoint('365d', snapshots, now)).toEqual({ snapshot: 0 });
  });

  it.each([
    '',
    'yesterday',
    '5 days',
    '2026-13-01',
    '2026-01-32',
    '-3',
    '1.5',
    '2026-01-05 08:00',
    'constructor',
    '2026-01-05T25:00',
  ])('refuses %j', (text) => {
    expect(() => resolvePoint(text, snapshots, now)).toThrow(
      expect.objectContaining({ code: 'ERR_USAGE', hint: expect.stringContaining('expected') }),
    );
  });

  it.each(['2026-01-10', '2027-01-01', '2026-01-09T12:00:01', '2026-01-09T13:00+00:30'])(
    'does not foretell %s',
    (text) => {
      expect(() => resolvePoint(text, snapshots, now)).toThrow(
        expect.objectContaining({ code: 'ERR_USAGE', message: expect.stringContaining('has not come yet') }),
      );
    },
  );

  it('takes the day that is not over as far as it is', () => {
    expect(resolvePoint('2026-01-09', snapshots, now).snapshot).toBe(6);
    expect(resolvePoint('2026-01-09T12:00', snapshots, now).snapshot).toBe(6);
  });

  it.each([
    ['0', '0: no such snapshot; the inventory has 3 scan(s), up to snapshot 6'],
    ['7', '7: no such snapshot; the inventory has 3 scan(s), up to snapshot 6'],
  ])('does not find %s', (text, message) => {
    expect(() => resolvePoint(text, snapshots, now)).toThrow(
      expect.objectContaining({ code: 'ERR_STORE_NOT_FOUND', message }),
    );
  });

  it('needs two scans for the previous one, and one for the latest', () => {
    expect(() => resolvePoint('previous', snapshots.slice(0, 2), now)).toThrow(
      expect.objectContaining({ code: 'ERR_STORE_NOT_FOUND', hint: expect.stringContaining('again later') }),
    );
    expect(() => resolvePoint('latest', [], now)).toThrow('latest: no such snapshot; the inventory is empty');
  });
});
