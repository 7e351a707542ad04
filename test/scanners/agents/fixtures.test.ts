import { expect, test } from 'vitest';
import { agentsScanner } from '../../../scanners/agents/index.ts';
import { fixtureCases } from '../fixture-cases.ts';

test.each(fixtureCases(agentsScanner, { repository: 'octo/app' }).map((fixture) => [fixture.name, fixture] as const))(
  '%s',
  async (_, fixture) => {
    expect(await fixture.read()).toEqual(fixture.expected);
  },
);
