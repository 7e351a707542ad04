import { expect, test } from 'vitest';
import { vaultScanner } from '../../../scanners/vault/index.ts';
import { fixtureCases } from '../fixture-cases.ts';

test.each(fixtureCases(vaultScanner).map((fixture) => [fixture.name, fixture] as const))('%s', async (_, fixture) => {
  expect(await fixture.read()).toEqual(fixture.expected);
});
