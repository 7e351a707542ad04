import { expect, test } from 'vitest';
import { azureScanner } from '../../../scanners/azure/index.ts';
import { fixtureCases } from '../fixture-cases.ts';

test.each(fixtureCases(azureScanner).map((fixture) => [fixture.name, fixture] as const))('%s', async (_, fixture) => {
  expect(await fixture.read()).toEqual(fixture.expected);
});
