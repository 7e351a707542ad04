import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/config/nearest.ts';

describe('nearest', () => {
  it.each([
    ['scna', 'scan'],
    ['Scan', 'scan'],
    ['sca', 'scan'],
    ['scaan', 'scan'],
    ['environment', 'environments'],
    ['envirnoment', 'environments'],
    ['polciy', 'policy'],
    ['x', undefined],
    ['xy', undefined],
    ['something', undefined],
  ])('takes %s for %s', (word, meant) => {
    expect(nearest(word, ['scan', 'policy', 'environments', 'check'])).toBe(meant);
  });

  it('has no answer without candidates', () => {
    expect(nearest('scan', [])).toBeUndefined();
  });
});
