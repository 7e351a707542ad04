import { expect, test } from 'vitest';
import { gcpScanner } from '../../../scanners/gcp/index.ts';
import { fixtureCases } from '../fixture-cases.ts';

test.each(fixtureCases(gcpScanner).map((fixture) => [fixture.name, fixture] as const))('%s', async (_, fixture) => {
  expect(await fixture.read()).toEqual(fixture.expected);
});
