import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { mergeData } from '../../src/policy/merge-data.ts';

const object: fc.Arbitrary<JsonObject> = fc.dictionary(
  fc.string({ maxLength: 3 }),
  fc.jsonValue({ maxDepth: 3 }),
) as never;

describe('mergeData', () => {
  it('merges objects and replaces everything else', () => {
    expect(
      mergeData(
        { lapse: { thresholds: { age: 90, unused: 30 }, kinds: ['a', 'b'], access: { rules: [] } } },
        { lapse: { thresholds: { age: 7 }, kinds: ['c'], access: null } },
      ),
    ).toEqual({ lapse: { thresholds: { age: 7, unused: 30 }, kinds: ['c'], access: null } });
  });

  it('keeps a member that is called __proto__ a member', () => {
    const merged = mergeData({}, JSON.parse('{"__proto__": {"allow": true}, "x": {}}'));
    expect(Object.keys(merged)).toEqual(['__proto__', 'x']);
    expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
    expect(JSON.stringify(mergeData(merged, JSON.parse('{"__proto__": {"deny": true}}')))).toBe(
      '{"__proto__":{"allow":true,"deny":true},"x":{}}',
    );
  });

  it('has the empty document as its neutral element, and is idempotent', () => {
    fc.assert(
      fc.property(object, (document) => {
        expect(mergeData(document, {})).toEqual(document);
        expect(mergeData({}, document)).toEqual(document);
        expect(mergeData(document, document)).toEqual(document);
      }),
    );
  });
});
