import { expect, it } from 'vitest';
import { tellContradictions } from '../../src/jobs/tell-contradictions.ts';
import type { Fact } from '../../src/model/fact.ts';
import { mergeInventory } from '../../src/model/merge-inventory.ts';
import { principal } from '../support/facts.ts';

async function told(count: number, second: boolean): Promise<readonly string[]> {
  const said = (index: number, path: string, enabled: boolean): Fact => ({
    kind: 'principal',
    body: principal('azure', 'service-principal', `app-${index}`, {
      enabled,
      locations: [{ path, line: 1, column: 1 }],
    }),
  });
  const facts = Array.from({ length: count }, (_, index) => [
    said(index, 'a.json', true),
    said(index, 'b.json', second),
  ]);
  const repeated = async function* () {
    yield* facts;
  };
  const notices = await tellContradictions({ repeated }, mergeInventory(facts.flat()));
  return notices.map(({ message }) => message);
}

it('tells both values and places, and counts where they are many', async () => {
  expect(await told(2, true)).toEqual([]);
  expect((await told(2, false))[1]).toBe(
    'azure service-principal app-1: enabled is true here and false in b.json:1:1; the more cautious one counts',
  );
  const many = await told(25, false);
  expect([many.length, many.at(-1)]).toEqual([21, '5 more contradictions of this kind are not shown']);
});
