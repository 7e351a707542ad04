import { expect, test } from 'vitest';
import { helmScanner } from '../../../scanners/helm/index.ts';
import { fixtureCases } from '../fixture-cases.ts';

test.each(fixtureCases(helmScanner, { repository: 'octo/app' }).map((fixture) => [fixture.name, fixture] as const))(
  '%s',
  async (_, fixture) => {
    expect(await fixture.read()).toEqual(fixture.expected);
  },
);
