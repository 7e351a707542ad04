import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openIssuerStore } from '../../../src/store/issuer/open-issuer-store.ts';
import { addLease, NOW } from './issuer-store-contract.ts';

const NOON = NOW.getTime();
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** The machine is busy: what took less did not move the clock. */
const MOMENT = 20_000;

let file: string;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lapse-store-'));
  file = join(folder, 'issuer.db');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a lease of a minute and an event; what a store that is opened afterwards thinks. */
async function reopenedAt(host: number): Promise<{ readonly now: number; readonly left: number }> {
  const before = await openIssuerStore(file, { hostTime: () => NOON });
  await addLease(before, 'lse_one', 'ACTIVE');
  await before.write(({ audit }) => audit.append({ event: 'test', actor: 'system', detail: {} }, before.now()));
  await before.close();
  const after = await openIssuerStore(file, { hostTime: () => host });
  const lease = await after.read(({ leases }) => leases.find('lse_one'));
  const now = after.now().getTime();
  await after.close();
  return { now, left: Date.parse(lease?.expiresAt ?? '') - now };
}

it.each([
  ['set back by ten minutes', NOON - 10 * MINUTE, NOON, MINUTE],
  ['set forward by ten minutes', NOON + 10 * MINUTE, NOON + 10 * MINUTE, -9 * MINUTE],
  ['set back by two days, which ends what is out', NOON - 2 * DAY, NOON - 2 * DAY, 0],
])('a clock that was %s while nobody ran', async (_name, host, now, left) => {
  const found = await reopenedAt(host);
  expect(found.now - now).toBeGreaterThanOrEqual(0);
  expect(found.now - now).toBeLessThan(MOMENT);
  expect(left - found.left).toBeGreaterThanOrEqual(0);
  expect(left - found.left).toBeLessThan(MOMENT);
});
