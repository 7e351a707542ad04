import { expect, test } from 'vitest';
import { pulumiScanner } from '../../../scanners/pulumi/index.ts';
import { fixtureCases } from '../fixture-cases.ts';

test.each(fixtureCases(pulumiScanner).map((fixture) => [fixture.name, fixture] as const))('%s', async (_, fixture) => {
  expect(await fixture.read()).toEqual(fixture.expected);
});
