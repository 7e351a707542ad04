import { expect, test } from 'vitest';
import { mysqlScanner } from '../../../scanners/mysql/index.ts';
import { fixtureCases } from '../fixture-cases.ts';

test.each(fixtureCases(mysqlScanner).map((fixture) => [fixture.name, fixture] as const))('%s', async (_, fixture) => {
  expect(await fixture.read()).toEqual(fixture.expected);
});
