import { expect, it } from 'vitest';
import { runFaults } from './run-faults.ts';

/** Each kind of fault about once; `bench/faults.ts` has the many rounds. */
const ROUNDS = Number(process.env.LAPSE_FAULT_ROUNDS ?? 16);

it.each(['sqlite', 'postgres'] as const)(
  `on %s, ${ROUNDS} faults under load leave nothing behind that is not known`,
  async (store) => {
    const { tallies, violations, leftOut } = await runFaults(store, ROUNDS);
    expect(violations).toEqual([]);
    const handedOut = tallies.reduce((sum, one) => sum + one.handedOut, 0);
    expect(handedOut).toBeGreaterThan(ROUNDS);
    for (const line of leftOut) console.warn(`left out: ${line}`);
    if (process.env.CI === 'true') expect(leftOut).toEqual([]);
    process.stdout.write(`${ROUNDS} faults on ${store}: ${handedOut} leases handed out, nothing wrong\n`);
  },
  20 * 60_000,
);
