import { expect, test } from 'vitest';
import { systemdScanner } from '../../../scanners/systemd/index.ts';
import { fixtureCases } from '../fixture-cases.ts';

test.each(fixtureCases(systemdScanner, { repository: 'octo/app' }).map((fixture) => [fixture.name, fixture] as const))(
  '%s',
  async (_, fixture) => {
    expect(await fixture.read()).toEqual(fixture.expected);
  },
);
