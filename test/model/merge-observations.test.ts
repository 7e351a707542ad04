import { expect, it } from 'vitest';
import { mergeBodies } from '../../src/model/merge.ts';
import type { Observation } from '../../src/model/observation.ts';
import { principal } from '../support/facts.ts';

const seen = (source: string, asOf: string): Observation => ({
  source,
  kind: 'activity',
  asOf,
  confidence: 'medium',
  actions: { 's3:*': null },
  location: { path: `${source}.json` },
});

it('observations of every source stand beside each other, whatever is read first, also on a row that is only named', () => {
  const [advisor, trail] = [seen('aws-access-advisor', '2026-01-01'), seen('aws-cloudtrail', '2026-02-01')];
  const row = principal('aws', 'role', 'arn:aws:iam::111122223333:role/x');
  const [listed, named] = [
    { ...row, observations: [advisor] },
    { ...row, seen: 'referenced' as const, observations: [trail, advisor] },
  ];
  const expected = [advisor, trail];
  expect(mergeBodies('principal', listed, named).observations).toEqual(expected);
  expect(mergeBodies('principal', named, listed).observations).toEqual(expected);
  expect(mergeBodies('principal', named, named).observations).toEqual(expected);
});
