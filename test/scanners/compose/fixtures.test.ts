import { expect, test } from 'vitest';
import { composeScanner } from '../../../scanners/compose/index.ts';
import { fixtureCases } from '../fixture-cases.ts';

test.each(fixtureCases(composeScanner, { repository: 'octo/app' }).map((fixture) => [fixture.name, fixture] as const))(
  '%s',
  async (_, fixture) => {
    expect(await fixture.read()).toEqual(fixture.expected);
  },
);
