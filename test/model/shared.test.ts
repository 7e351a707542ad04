import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sharing } from '../../src/model/shared.ts';

const grant = (id: string, resource: string) => ({
  id,
  actions: ['s3:GetObject', 's3:PutObject'],
  resources: [resource],
  condition: { StringEquals: { 'aws:RequestedRegion': ['eu-west-1'] } },
  locations: [
    { path: 'iam.json', line: 7, column: 3 },
    { path: 'iam.json', line: id.length, column: 1 },
  ],
});

describe('sharing', () => {
  it('keeps what several rows say alike once', () => {
    const shared = sharing();
    const [one, other] = [shared(grant('grant:1', 'a')), shared(grant('grant:22', 'b'))];
    expect(one.actions).toBe(other.actions);
    expect(one.condition).toBe(other.condition);
    expect(one.locations[0]).toBe(other.locations[0]);
    expect(one.resources).not.toBe(other.resources);
  });

  it('tells texts from lists that look the same', () => {
    const shared = sharing();
    const rows = [
      { id: '1', value: '["a"]' },
      { id: '2', value: ['a'] },
      { id: '3', value: '"a"' },
      { id: '4', value: 'a' },
    ];
    expect(rows.map((row) => shared({ ...row }))).toEqual(rows);
  });

  it('changes nothing of what a row says', () => {
    fc.assert(
      fc.property(fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 12 }), (rows) => {
        const shared = sharing();
        const before = JSON.stringify(rows);
        expect(JSON.stringify(rows.map((row) => shared({ ...row })))).toBe(before);
      }),
    );
  });
});
