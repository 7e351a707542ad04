import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPortableSegmentGlob, matchesSegmentGlob, segmentGlobNarrows } from '../../src/model/segment-glob.ts';

describe('segment globs', () => {
  it.each([
    ['repo:acme/orders', 'repo:acme/orders', true],
    ['repo:acme/orders', 'repo:acme/orders2', false],
    ['repo:acme/orders', 'Repo:acme/orders', false],
    ['repo:acme/*', 'repo:acme/orders', true],
    ['repo:acme/*', 'repo:acme/orders:ref:x', false],
    ['repo:acme/*', 'repo:acme/', true],
    ['repo:acme/*', 'repo:acme', false],
    ['repo:acme/*:ref:refs/heads/main', 'repo:acme/a/b:ref:refs/heads/main', false],
    ['repo:acme/*:ref:refs/heads/release-*', 'repo:acme/a:ref:refs/heads/release-1.2', true],
    ['repo:acme/**', 'repo:acme/orders:ref:refs/heads/main', true],
    ['**:ref:refs/heads/main', 'repo:acme/orders:ref:refs/heads/main', true],
    ['repo:acme/**:environment:prod', 'repo:acme/a:x:environment:prod', true],
    ['repo:acme/**:environment:prod', 'repo:acme/a:x:environment:prod2', false],
    ['a:b', 'a/b', false],
    ['*', 'anything', true],
    ['*', 'a:b', false],
    ['**', 'a:b/c', true],
    ['', '', true],
    ['a*b*c', 'aXbYc', true],
    ['a*b*c', 'ac', false],
    ['a.c', 'abc', false],
    ['a|b', 'a', false],
    ['*a', 'baa', true],
  ])('%s on %s: %s', (pattern, value, matches) => {
    expect(matchesSegmentGlob(pattern, value)).toBe(matches);
  });

  it('match themselves when they have no star', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!text.includes('*'));
        expect(matchesSegmentGlob(text, text)).toBe(true);
      }),
    );
  });

  it('say whether they name anything', () => {
    for (const pattern of ['*', '**', '*:*', '**/*', '']) expect(segmentGlobNarrows(pattern)).toBe(false);
    for (const pattern of ['a*', 'repo:**', '*:x']) expect(segmentGlobNarrows(pattern)).toBe(true);
  });

  it('say whether policies can evaluate them', () => {
    for (const pattern of ['a', 'a*b*c', 'a/**', '**']) expect(isPortableSegmentGlob(pattern)).toBe(true);
    for (const pattern of ['', 'a*b*c*', '**/a/**', '***']) expect(isPortableSegmentGlob(pattern)).toBe(false);
  });

  it('come to an end on what makes backtracking explode', () => {
    expect(matchesSegmentGlob('*a'.repeat(300), 'a'.repeat(3000).concat('b'))).toBe(false);
    expect(matchesSegmentGlob('**:a:'.repeat(300), 'a:'.repeat(3000).concat('b'))).toBe(false);
  });
});
