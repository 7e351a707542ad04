import { expect, test } from 'vitest';
import { ansibleScanner } from '../../../scanners/ansible/index.ts';
import { fixtureCases } from '../fixture-cases.ts';

test.each(fixtureCases(ansibleScanner, { repository: 'octo/app' }).map((fixture) => [fixture.name, fixture] as const))(
  '%s',
  async (_, fixture) => {
    expect(await fixture.read()).toEqual(fixture.expected);
  },
);
