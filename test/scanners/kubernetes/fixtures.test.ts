import { expect, test } from 'vitest';
import { kubernetesScanner } from '../../../scanners/kubernetes/index.ts';
import { fixtureCases } from '../fixture-cases.ts';

test.each(fixtureCases(kubernetesScanner).map((fixture) => [fixture.name, fixture] as const))(
  '%s',
  async (_, fixture) => {
    expect(await fixture.read()).toEqual(fixture.expected);
  },
);
