import { expect, it } from 'vitest';
import { AnchoredClock } from '../../src/store/anchored-clock.ts';

const START = Date.parse('2026-03-01T12:00:00Z');
const MINUTE = 60_000;

/** A machine whose time passes by hand. */
function machine() {
  const time = { monotonic: 5_000, uptime: 1_000_000, reference: START };
  const clock = new AnchoredClock(START, { monotonic: () => time.monotonic, uptime: () => time.uptime });
  const pass = (milliseconds: number): void => {
    time.monotonic += milliseconds;
    time.uptime += milliseconds;
    time.reference += milliseconds;
  };
  return { time, clock, pass, error: () => clock.now().getTime() - START };
}

it('goes on by itself', () => {
  const { clock, pass } = machine();
  expect(clock.now().toISOString()).toBe('2026-03-01T12:00:00.000Z');
  pass(90_000);
  expect(clock.now().toISOString()).toBe('2026-03-01T12:01:30.000Z');
});

it.each([10 * MINUTE, -10 * MINUTE])('is not moved by a jump of its reference by %i ms', (jump) => {
  const { clock, time, pass, error } = machine();
  time.reference += jump;
  let before = clock.now();
  for (let second = 1; second <= 60; second += 1) {
    pass(1_000);
    clock.correct(time.reference);
    expect(clock.now() >= before).toBe(true);
    before = clock.now();
  }
  expect(Math.abs(error() - MINUTE)).toBeLessThanOrEqual(61);
  expect(clock.difference).toBeCloseTo(jump, -3);
});

it('follows a drift of its reference', () => {
  const { clock, time, pass, error } = machine();
  for (let second = 1; second <= 3_600; second += 1) {
    pass(1_000);
    // 100 parts in a million.
    time.reference += 0.1;
    clock.correct(time.reference);
  }
  expect(error()).toBe(Math.floor(time.reference) - START);
});

it('counts the time that the machine has slept', () => {
  const { clock, time, error } = machine();
  time.uptime += 8 * 60 * MINUTE;
  time.reference += 8 * 60 * MINUTE;
  clock.correct(time.reference);
  expect(error()).toBe(8 * 60 * MINUTE);
});
