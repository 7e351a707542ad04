import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overlapCidrs } from '../../src/policy/overlap-cidrs.ts';

describe('overlapCidrs', () => {
  it.each([
    ['nothing said', [], [], []],
    ['one says nothing', ['10.0.0.0/8'], [], ['10.0.0.0/8']],
    ['nested', ['10.0.0.0/8'], ['10.1.0.0/16', '192.168.0.0/16'], ['10.1.0.0/16']],
    ['the same', ['10.0.0.0/8'], ['10.0.0.0/8'], ['10.0.0.0/8']],
    ['apart', ['10.0.0.0/8'], ['192.168.0.0/16'], 'nowhere'],
    ['of different families', ['0.0.0.0/0'], ['::/0'], 'nowhere'],
    ['IPv6', ['2001:db8::/32'], ['2001:db8:1::/48'], ['2001:db8:1::/48']],
    ['a host', ['10.0.0.0/8'], ['10.2.3.4/32'], ['10.2.3.4/32']],
    ['host bits set', ['10.1.2.3/16'], ['10.1.9.0/24'], ['10.1.9.0/24']],
  ])('%s', (_, one, other, expected) => {
    expect(overlapCidrs(one, other)).toEqual(expected);
    expect(overlapCidrs(other, one)).toEqual(expected);
  });

  it.each(['10.0.0.0', '10.0.0.0/33', '10.0.0/8', '::/129', '10.0.0.0/8/8', '10.0.0.0/', 'x/8'])(
    'refuses %s, which is no block',
    (text) => {
      expect(() => overlapCidrs([text], ['10.0.0.0/8'])).toThrow(
        expect.objectContaining({ code: 'ERR_POLICY_ANSWER' }),
      );
    },
  );

  it('never allows more than either list', () => {
    const block = fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })).map(([ip, bits]) => `${ip}/${bits}`);
    const list = fc.array(block, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(list, list, (one, other) => {
        const overlap = overlapCidrs(one, other);
        if (overlap === 'nowhere') return;
        expect(overlapCidrs(overlap, one)).toEqual(overlap);
        expect(overlapCidrs(overlap, other)).toEqual(overlap);
      }),
    );
  });
});
