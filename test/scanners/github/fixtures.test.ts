import { expect, test } from 'vitest';
import { githubScanner } from '../../../scanners/github/index.ts';
import { fixtureCases } from '../fixture-cases.ts';

test.each(fixtureCases(githubScanner, { repository: 'octo/app' }).map((fixture) => [fixture.name, fixture] as const))(
  '%s',
  async (_, fixture) => {
    expect(await fixture.read()).toEqual(fixture.expected);
  },
);
