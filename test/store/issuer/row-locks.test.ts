import fc from 'fast-check';
import { expect, it } from 'vitest';
import { loneLocks, NO_LOCKS } from '../../../src/store/issuer/row-locks.ts';

it('remembers counts and lets nobody pass whom counting each time would refuse', async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('begin'), name: fc.constantFrom('a', 'b'), most: fc.constantFrom(3, 5) }),
    fc.record({ kind: fc.constant('end'), name: fc.constantFrom('a', 'b') }),
    // Passed, and undone by something that came after it.
    fc.record({ kind: fc.constant('undone'), name: fc.constantFrom('a', 'b'), most: fc.constantFrom(3, 5) }),
    fc.record({ kind: fc.constant('by another'), name: fc.constantFrom('a', 'b') }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const held = new Map([
        ['a', 0],
        ['b', 0],
      ]);
      let version = 1;
      const locks = loneLocks(() => version);
      for (const { kind, name, ...rest } of steps) {
        const count = held.get(name) ?? 0;
        if (kind === 'end') held.set(name, Math.max(0, count - 1));
        if (kind === 'by another') {
          held.set(name, count + 1);
          version += 1;
        }
        if (!('most' in rest)) continue;
        const counted = async () => count;
        const passes = await locks.below(name, rest.most, counted);
        expect(passes).toBe(await NO_LOCKS.below(name, rest.most, counted));
        if (passes && kind === 'begin') held.set(name, count + 1);
      }
    }),
    { numRuns: 300 },
  );
});

it('counts a thousand leases once, and near the limit each time', async () => {
  let counts = 0;
  let held = 0;
  const locks = loneLocks(() => 1);
  const begin = async () => {
    const passes = await locks.below('leases', 1000, async () => {
      counts += 1;
      return held;
    });
    held += passes ? 1 : 0;
    return passes;
  };
  for (let n = 0; n < 1000; n += 1) expect(await begin()).toBe(true);
  expect(counts).toBe(1);
  expect([await begin(), await begin()]).toEqual([false, false]);
  expect(counts).toBe(3);
  held -= 1;
  expect([await begin(), await begin()]).toEqual([true, false]);
});
