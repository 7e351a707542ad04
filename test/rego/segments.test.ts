import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { assetPath } from '../../src/assets.ts';
import { matchesSegmentGlob } from '../../src/model/segment-glob.ts';

const source = readFileSync(assetPath('rego', 'lib', 'segments_test.rego'), 'utf8');

describe('segment globs', () => {
  it.each(pairs('_fits'))('of the code and of the policies agree that %s fits %s', (pattern, value) => {
    expect(matchesSegmentGlob(pattern, value)).toBe(true);
  });

  it.each(pairs('_misfits').filter(([pattern]) => pattern !== ''))(
    'of the code and of the policies agree that %s does not fit %s',
    (pattern, value) => {
      expect(matchesSegmentGlob(pattern, value)).toBe(false);
    },
  );
});

/** A table of the Rego tests; the form is one that YAML reads too. */
function pairs(name: string): readonly [string, string][] {
  const start = source.indexOf(`${name} := [`);
  expect(start).toBeGreaterThan(0);
  const text = source.slice(start + name.length + 4, source.indexOf('\n]\n', start) + 2).replaceAll('\t', '  ');
  return parse(text) as [string, string][];
}
