import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesStrictly } from '../../../src/iam/aws/arn-pattern.ts';
import { compileGlob, globCovers, globMatches, globsOverlap, literalGlob } from '../../../src/iam/aws/glob.ts';

const covers = (outer: string, inner: string) => globCovers(compileGlob(outer), compileGlob(inner));
const overlap = (one: string, other: string) => globsOverlap(compileGlob(one), compileGlob(other));

describe('a glob', () => {
  it.each([
    ['*', '', true],
    ['*', 'anything:at/all', true],
    ['s3:Get*', 's3:GetObject', true],
    ['s3:Get*', 's3:PutObject', false],
    ['s3:*Object', 's3:GetObject', true],
    ['s3:*Object', 's3:GetObjectAcl', false],
    ['s3:?etObject', 's3:GetObject', true],
    ['s3:?etObject', 's3:etObject', false],
    ['a*b*c', 'axxbyybzzc', true],
    ['a*b*c', 'axxbyybzz', false],
    ['a**c', 'abc', true],
    ['', '', true],
    ['', 'x', false],
    ['s3:GetObject', 's3:getobject', false],
  ])('%s matches %s: %s', (pattern, text, expected) => {
    expect(globMatches(compileGlob(pattern), text)).toBe(expected);
  });

  it.each([
    ['*', 'a*b', true],
    ['a*', 'a*b', true],
    ['a*b', 'a*', false],
    ['a?c', 'abc', true],
    ['a?c', 'a*c', false],
    ['a*', 'a?', true],
    ['arn:aws:iam::1:role/*', 'arn:aws:iam::1:role/app-*', true],
    ['arn:aws:iam::1:role/app-*', 'arn:aws:iam::1:role/*', false],
  ])('%s covers %s: %s', (outer, inner, expected) => {
    expect(covers(outer, inner)).toBe(expected);
  });

  it.each([
    ['a*', '*b', true],
    ['a*', 'b*', false],
    ['a?c', 'ab*', true],
    ['a?', 'a', false],
    ['arn:aws:lambda:*:1:function:*', 'arn:*:lambda:*', true],
    ['arn:aws:s3:::b/*', 'arn:aws:lambda:*', false],
    ['*', '', true],
  ])('%s overlaps %s: %s', (one, other, expected) => {
    expect(overlap(one, other)).toBe(expected);
    expect(overlap(other, one)).toBe(expected);
  });

  it('agrees with the plain definition, on any patterns of a small alphabet', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', ':', '*', '?'), maxLength: 7 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ':'), maxLength: 7 });
    const plain = (glob: string) => new RegExp(`^${glob.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
    fc.assert(
      fc.property(pattern, pattern, text, (one, other, word) => {
        expect(globMatches(compileGlob(one), word)).toBe(plain(one).test(word));
        const inBoth = plain(one).test(word) && plain(other).test(word);
        // A word in both shows an overlap; a cover takes every word of the inner pattern with it.
        if (inBoth) expect(overlap(one, other)).toBe(true);
        if (covers(one, other) && plain(other).test(word)) expect(plain(one).test(word)).toBe(true);
        if (covers(one, other)) expect(overlap(one, other)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('does not run away on many stars', () => {
    const started = process.cpuUsage().user;
    expect(globMatches(compileGlob(`${'*a'.repeat(200)}b`), 'a'.repeat(5000))).toBe(false);
    expect(process.cpuUsage().user - started).toBeLessThan(5_000_000);
  });
});

describe('a resource pattern, read strictly', () => {
  it.each([
    ['*', 'arn:aws:s3:::bucket', true],
    ['arn:aws:s3:::bucket/*', 'arn:aws:s3:::bucket/a/b', true],
    // A star that ends its segment may go on behind the colon.
    ['arn:aws:sns:*:111122223333:*', 'arn:aws:sns:eu-west-1:111122223333:topic:sub', true],
    ['arn:aws:sqs:*', 'arn:aws:sqs:eu-west-1:111122223333:queue', true],
    // A star in the middle of one may not.
    ['arn:aws:lambda:*:1:function:a*z', 'arn:aws:lambda:eu-west-1:1:function:abz', true],
    ['arn:aws:lambda:*:1:function:a*z', 'arn:aws:lambda:eu-west-1:1:function:ab:cz', false],
    ['arn:aws:lambda:*:1:function:a?z', 'arn:aws:lambda:eu-west-1:1:function:a:z', false],
    ['arn:aws:*:eu-west-1:1:thing', 'arn:aws:sqs:eu-west-1:1:thing', false],
    ['arn:*:sqs:eu-west-1:1:thing', 'arn:aws-cn:sqs:eu-west-1:1:thing', true],
  ])('%s matches %s: %s', (pattern, arn, expected) => {
    expect(matchesStrictly(compileGlob(pattern), literalGlob(arn))).toBe(expected);
  });
});
