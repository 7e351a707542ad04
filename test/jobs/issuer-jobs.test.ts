import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startIssuerJobs } from '../../src/jobs/issuer-jobs.ts';

const START = new Date('2026-03-01T12:00:00Z');

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});

afterEach(() => {
  vi.useRealTimers();
});

/** An issuer that only says when something is due, and notes when it was asked. */
function handIssuer() {
  const ran: number[] = [];
  const reconciled: number[] = [];
  const listeners = new Set<(at: Date) => void>();
  const since = () => Date.now() - START.getTime();
  let next: Date | undefined;
  let failing = false;
  return {
    ran,
    reconciled,
    due(ms: number | undefined) {
      next = ms === undefined ? undefined : new Date(START.getTime() + ms);
    },
    fail(value: boolean) {
      failing = value;
    },
    tell(ms: number) {
      for (const listener of listeners) listener(new Date(START.getTime() + ms));
    },
    issuer: {
      async runDue() {
        ran.push(since());
        if (failing) throw new Error('store gone');
        return next;
      },
      async reconcile() {
        reconciled.push(since());
        if (failing) throw new Error('store gone');
        return { revoked: 0, orphansRemoved: 0, failed: 0 };
      },
      onDeadline(listener: (at: Date) => void) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    listeners,
  };
}

const logged: object[] = [];
const record = (facts: object) => void logged.push(facts);

function start(hand: ReturnType<typeof handIssuer>) {
  return startIssuerJobs({
    issuer: hand.issuer,
    logger: { info: record, warn: record, error: record },
    reconcileInterval: 60_000,
    now: () => new Date(),
  });
}

describe('the timer', () => {
  it('goes off when the issuer says, with one timer for all', async () => {
    const hand = handIssuer();
    hand.due(5_000);
    const jobs = start(hand);
    await jobs.started;
    expect(vi.getTimerCount()).toBe(2);
    hand.due(7_500);
    await vi.advanceTimersByTimeAsync(5_000);
    hand.due(undefined);
    await vi.advanceTimersByTimeAsync(2_500);
    expect(hand.ran).toEqual([0, 5_000, 7_500]);
    await jobs.stop();
  });

  it('hears of something earlier, and does not mind something later', async () => {
    const hand = handIssuer();
    hand.due(50_000);
    const jobs = start(hand);
    await jobs.started;
    hand.tell(80_000);
    hand.tell(2_000);
    hand.tell(3_000);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(hand.ran).toEqual([0, 2_000]);
    await jobs.stop();
  });

  it('misses nothing that it hears while it runs', async () => {
    const hand = handIssuer();
    const runDue = hand.issuer.runDue;
    hand.issuer.runDue = async () => {
      const next = await runDue();
      if (hand.ran.length === 1) hand.tell(1_000);
      return next;
    };
    const jobs = start(hand);
    await jobs.started;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(hand.ran).toEqual([0, 1_000]);
    await jobs.stop();
  });

  it('is not more than a few milliseconds busy with what stays due', async () => {
    const hand = handIssuer();
    hand.due(-1_000);
    const jobs = start(hand);
    await vi.advanceTimersByTimeAsync(100);
    expect(hand.ran.length).toBeLessThanOrEqual(21);
    await jobs.stop();
  });

  it('sleeps longer than a timer can, in parts', async () => {
    const hand = handIssuer();
    hand.due(40 * 86_400_000);
    const jobs = start(hand);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(hand.ran).toEqual([0, 600_000]);
    await jobs.stop();
  });
});

describe('reconciliation', () => {
  it('runs at once and at intervals', async () => {
    const hand = handIssuer();
    const jobs = start(hand);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(hand.reconciled).toEqual([0, 60_000, 120_000]);
    await jobs.stop();
  });
});

it('a failure is logged and tried again', async () => {
  const hand = handIssuer();
  hand.fail(true);
  const jobs = start(hand);
  await jobs.started;
  hand.fail(false);
  await vi.advanceTimersByTimeAsync(1_000);
  expect([hand.ran, hand.reconciled]).toEqual([
    [0, 1_000],
    [0, 1_000],
  ]);
  expect(logged).toEqual([
    expect.objectContaining({ event: 'jobs.due_failed' }),
    expect.objectContaining({ event: 'jobs.reconcile_failed' }),
  ]);
  await jobs.stop();
});

it('stops for good', async () => {
  const hand = handIssuer();
  hand.due(1_000);
  const jobs = start(hand);
  await jobs.stop();
  hand.tell(10);
  await vi.advanceTimersByTimeAsync(100_000);
  expect([hand.ran, hand.reconciled, hand.listeners.size, vi.getTimerCount()]).toEqual([[0], [0], 0, 0]);
});
