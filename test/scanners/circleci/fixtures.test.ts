import { expect, test } from 'vitest';
import { circleciScanner } from '../../../scanners/circleci/index.ts';
import { fixtureCases } from '../fixture-cases.ts';

test.each(fixtureCases(circleciScanner, { repository: 'octo/app' }).map((fixture) => [fixture.name, fixture] as const))(
  '%s',
  async (_, fixture) => {
    expect(await fixture.read()).toEqual(fixture.expected);
  },
);
