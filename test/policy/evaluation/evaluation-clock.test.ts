import { describe, expect, it } from 'vitest';
import { EvaluationClock } from '../../../src/policy/evaluation/evaluation-clock.ts';

describe('the clock of a thread', () => {
  it('tells its watcher what it is at', () => {
    const watcher = new EvaluationClock();
    const thread = new EvaluationClock(watcher.buffer);
    expect(watcher.read().phase).toBe('idle');
    thread.begin(7);
    expect(watcher.read()).toMatchObject({ phase: 'evaluating', id: 7 });
    thread.enter('loading');
    expect(watcher.read()).toMatchObject({ phase: 'loading', id: 7 });
    thread.enter('evaluating');
    expect(watcher.read()).toMatchObject({ phase: 'evaluating', id: 7 });
    thread.end();
    expect(watcher.read()).toMatchObject({ phase: 'idle', id: 7 });
  });

  it('counts from when the phase began', () => {
    const clock = new EvaluationClock();
    clock.begin(1);
    const first = clock.read().elapsed;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    const later = clock.read().elapsed;
    clock.enter('loading');
    expect(first).toBeGreaterThanOrEqual(0);
    expect(later - first).toBeGreaterThanOrEqual(19);
    expect(clock.read().elapsed).toBeLessThan(later);
  });
});
