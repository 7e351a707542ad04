import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Approver, fillsSlots } from '../../src/issuer/approver-slots.ts';

/** By trying every assignment. */
function bruteForce(slots: readonly string[], people: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  const [slot, ...rest] = slots;
  if (slot === undefined) return true;
  return [...people].some(([human, groups]) => {
    if (!groups.has(slot)) return false;
    return bruteForce(rest, new Map([...people].filter(([name]) => name !== human)));
  });
}

const group = fc.constantFrom('a', 'b', 'c');
const approver = fc.record({ human: fc.constantFrom('1', '2', '3', '4'), groups: fc.uniqueArray(group) });
const wanted = fc.array(fc.record({ from: group, count: fc.nat(2) }), { minLength: 1, maxLength: 3 });

it('finds an assignment exactly when there is one', () => {
  fc.assert(
    fc.property(wanted, fc.array(approver, { maxLength: 6 }), (slots, approvers: readonly Approver[]) => {
      const people = new Map<string, Set<string>>();
      for (const { human, groups } of approvers) people.set(human, new Set([...(people.get(human) ?? []), ...groups]));
      const flat = slots.flatMap(({ from, count }) => Array.from({ length: count }, () => from));
      expect(fillsSlots(slots, approvers)).toBe(flat.length > 0 && bruteForce(flat, people));
    }),
    { numRuns: 500 },
  );
});

it('nothing asked is not everything given', () => {
  expect(fillsSlots([], [{ human: '1', groups: ['a'] }])).toBe(false);
  expect(fillsSlots([{ from: 'a', count: 0 }], [])).toBe(false);
});
