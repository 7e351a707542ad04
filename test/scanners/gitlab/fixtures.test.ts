import { expect, test } from 'vitest';
import { gitlabScanner } from '../../../scanners/gitlab/index.ts';
import { fixtureCases } from '../fixture-cases.ts';

test.each(fixtureCases(gitlabScanner, { repository: 'acme/shop' }).map((fixture) => [fixture.name, fixture] as const))(
  '%s',
  async (_, fixture) => {
    expect(await fixture.read()).toEqual(fixture.expected);
  },
);
