import { expect, test } from 'vitest';
import { postgresScanner } from '../../../scanners/postgres/index.ts';
import { fixtureCases } from '../fixture-cases.ts';

test.each(fixtureCases(postgresScanner).map((fixture) => [fixture.name, fixture] as const))(
  '%s',
  async (_, fixture) => {
    expect(await fixture.read()).toEqual(fixture.expected);
  },
);
