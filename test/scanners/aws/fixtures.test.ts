import { expect, test } from 'vitest';
import { awsScanner } from '../../../scanners/aws/index.ts';
import { fixtureCases } from '../fixture-cases.ts';

test.each(fixtureCases(awsScanner).map((fixture) => [fixture.name, fixture] as const))('%s', async (_, fixture) => {
  expect(await fixture.read()).toEqual(fixture.expected);
});
