import { expect, test } from 'vitest';
import { sshScanner } from '../../../scanners/ssh/index.ts';
import { fixtureCases } from '../fixture-cases.ts';

test.each(fixtureCases(sshScanner, { repository: 'octo/app' }).map((fixture) => [fixture.name, fixture] as const))(
  '%s',
  async (_, fixture) => {
    expect(await fixture.read()).toEqual(fixture.expected);
  },
);
