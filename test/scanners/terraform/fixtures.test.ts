import { expect, test } from 'vitest';
import { terraformScanner } from '../../../scanners/terraform/index.ts';
import { fixtureCases } from '../fixture-cases.ts';

test.each(fixtureCases(terraformScanner).map((fixture) => [fixture.name, fixture] as const))(
  '%s',
  async (_, fixture) => {
    expect(await fixture.read()).toEqual(fixture.expected);
  },
);
