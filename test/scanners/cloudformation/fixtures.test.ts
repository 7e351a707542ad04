import { expect, test } from 'vitest';
import { cloudformationScanner } from '../../../scanners/cloudformation/index.ts';
import { fixtureCases } from '../fixture-cases.ts';

test.each(fixtureCases(cloudformationScanner).map((fixture) => [fixture.name, fixture] as const))(
  '%s',
  async (_, fixture) => {
    expect(await fixture.read()).toEqual(fixture.expected);
  },
);
