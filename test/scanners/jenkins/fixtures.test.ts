import { expect, test } from 'vitest';
import { jenkinsScanner } from '../../../scanners/jenkins/index.ts';
import { fixtureCases } from '../fixture-cases.ts';

test.each(fixtureCases(jenkinsScanner, { repository: 'octo/app' }).map((fixture) => [fixture.name, fixture] as const))(
  '%s',
  async (_, fixture) => {
    expect(await fixture.read()).toEqual(fixture.expected);
  },
);
