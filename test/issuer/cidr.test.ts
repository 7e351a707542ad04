import { describe, expect, it } from 'vitest';
import { inCidrs, intersectCidrs, isCidr } from '../../src/issuer/cidr.ts';

describe('isCidr', () => {
  it.each(['10.0.0.0/8', '0.0.0.0/0', '10.1.2.3/32', '::/0', '2001:db8::/32', '::ffff:10.0.0.0/104', 'fe80::1/128'])(
    '%s',
    (text) => {
      expect(isCidr(text)).toBe(true);
    },
  );
  it.each([
    '',
    '10.0.0.0',
    '10.0.0.0/33',
    '10.0.0/8',
    '10.0.0.0/8/9',
    '10.0.0.0/-1',
    '10.0.0.0/ 8',
    '::/129',
    'x/8',
    '010.0.0.0/8',
    'fe80::1%eth0/64x',
  ])('not %j', (text) => {
    expect(isCidr(text)).toBe(false);
  });
});

describe('inCidrs', () => {
  it.each<[string, readonly string[], boolean]>([
    ['10.2.3.4', ['10.2.0.0/16'], true],
    ['10.3.0.0', ['10.2.0.0/16'], false],
    ['10.2.3.4', [], false],
    ['10.2.3.4', ['192.0.2.0/24', '10.2.3.4/32'], true],
    ['::ffff:10.2.3.4', ['10.2.0.0/16'], true],
    ['::FFFF:10.2.3.4', ['10.2.0.0/16'], true],
    ['2001:db8::5', ['2001:db8::/32'], true],
    ['2001:db9::5', ['2001:db8::/32'], false],
    ['10.2.3.4', ['::/0'], false],
    ['2001:db8::5', ['0.0.0.0/0'], false],
    ['not an address', ['0.0.0.0/0', '::/0'], false],
    ['10.2.3.4', ['not a network'], false],
  ])('%s in %j: %s', (address, cidrs, inside) => {
    expect(inCidrs(address, cidrs)).toBe(inside);
  });
});

describe('intersectCidrs', () => {
  it.each<[readonly string[], readonly string[], readonly string[] | undefined]>([
    [[], [], []],
    [['10.0.0.0/8'], [], ['10.0.0.0/8']],
    [[], ['10.0.0.0/8'], ['10.0.0.0/8']],
    [['10.0.0.0/8'], ['10.2.0.0/16'], ['10.2.0.0/16']],
    [['10.2.0.0/16'], ['10.0.0.0/8'], ['10.2.0.0/16']],
    [
      ['10.0.0.0/8', '192.0.2.0/24'],
      ['10.2.0.0/16', '192.0.0.0/16'],
      ['10.2.0.0/16', '192.0.2.0/24'],
    ],
    [['10.0.0.0/8'], ['192.0.2.0/24'], undefined],
    [['10.0.0.0/8'], ['::/0'], undefined],
    [['2001:db8::/32'], ['2001:db8:1::/48'], ['2001:db8:1::/48']],
    [['2001:db8::/32'], ['2001:db9::/48'], undefined],
    [['10.0.0.0/8'], ['broken'], undefined],
  ])('%j and %j: %j', (left, right, both) => {
    expect(intersectCidrs(left, right)).toEqual(both);
  });
});
