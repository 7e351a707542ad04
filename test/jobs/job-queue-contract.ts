import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JobQueue } from '../../src/jobs/job-queue.ts';

export interface JobQueueFixture {
  /** A queue of one daemon; all of them are over the same rows. */
  open(options?: { readonly limit?: number }): Promise<JobQueue>;
  stop(): Promise<void>;
}

const SOON = { timeout: 20_000, interval: 10 };

/** What a job queue must do, on any database. */
export function jobQueueContract(name: string, start: () => Promise<JobQueueFixture>): void {
  describe(`the job queue on ${name}`, () => {
    let fixture: JobQueueFixture;
    const opened: JobQueue[] = [];
    const open = async (options?: { readonly limit?: number }): Promise<JobQueue> => {
      const queue = await fixture.open(options);
      opened.push(queue);
      return queue;
    };
    const quiet = async () => {
      for (const queue of opened.splice(0)) await queue.close();
    };

    beforeEach(async () => {
      fixture = await start();
    });
    afterEach(async () => {
      await quiet();
      await fixture.stop();
    });

    it('hands each job to one worker, whoever added it', async () => {
      const [one, two] = [await open(), await open()];
      const done: unknown[] = [];
      for (const queue of [one, two]) queue.work('mail', async ({ data }) => void done.push(data.n));
      await Promise.all(Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? one : two).add('mail', { n })));
      await vi.waitFor(() => expect(done).toHaveLength(20), SOON);
      expect(new Set(done)).toEqual(new Set(Array.from({ length: 20 }, (_, n) => n)));
    });

    it('keeps what nobody works on, and the queues apart', async () => {
      const first = await open();
      await first.add('mail', { to: 'duty' });
      await first.add('other', { to: 'nobody' });
      await quiet();
      const done: unknown[] = [];
      (await open()).work('mail', async ({ data }) => void done.push(data));
      await vi.waitFor(() => expect(done).toEqual([{ to: 'duty' }]), SOON);
    });

    it('has one waiting job per key, and another once it was begun', async () => {
      const queue = await open();
      for (const n of [1, 2, 3]) await queue.add('mail', { n }, { key: 'same' });
      await queue.add('mail', { n: 4 }, { key: 'other' });
      await queue.add('mail', { n: 5 });
      await queue.add('mail', { n: 6 });
      const begun: unknown[] = [];
      let release: () => void = () => undefined;
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      queue.work('mail', async ({ data }) => {
        begun.push(data.n);
        await held;
      });
      await vi.waitFor(() => expect(begun).toHaveLength(4), SOON);
      expect([...begun].sort()).toEqual([1, 4, 5, 6]);
      await queue.add('mail', { n: 7 }, { key: 'same' });
      release();
      await vi.waitFor(() => expect(begun).toContain(7), SOON);
    });

    it('tries again when the handler throws, and says which attempt it is', async () => {
      const queue = await open();
      const attempts: unknown[] = [];
      queue.work('mail', async ({ attempt, last }) => {
        attempts.push([attempt, last]);
        if (attempts.length < 3) throw new Error('the receiver is down');
      });
      await queue.add('mail', {});
      await vi.waitFor(() => expect(attempts).toHaveLength(3), SOON);
      expect(attempts).toEqual([
        [1, false],
        [2, false],
        [3, false],
      ]);
    });

    it('waits until the date of a job', async () => {
      const queue = await open();
      const done: unknown[] = [];
      await queue.add('mail', { n: 'later' }, { after: new Date(Date.now() + 3_600_000) });
      await queue.add('mail', { n: 'soon' }, { after: new Date(Date.now() + 300) });
      await queue.add('mail', { n: 'now' });
      queue.work('mail', async ({ data }) => void done.push(data.n));
      await vi.waitFor(() => expect(done).toHaveLength(2), SOON);
      expect(done).toEqual(['now', 'soon']);
    });

    it('ends an attempt that takes too long', async () => {
      const queue = await open({ limit: 100 });
      const attempts: number[] = [];
      queue.work('mail', async ({ attempt }, signal) => {
        attempts.push(attempt);
        if (attempt === 1) await new Promise((resolve) => signal.addEventListener('abort', resolve));
        if (attempt === 1) await new Promise(() => undefined);
      });
      await queue.add('mail', {});
      await vi.waitFor(() => expect(attempts).toEqual([1, 2]), SOON);
    });

    it('waits for what is under way when it is closed', async () => {
      const queue = await open();
      let ended = false;
      let release: () => void = () => undefined;
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      const begun = new Promise<void>((resolve) => {
        queue.work('mail', async () => {
          resolve();
          await held;
          for (let turn = 0; turn < 20; turn += 1) await new Promise((go) => setImmediate(go));
          ended = true;
        });
      });
      await queue.add('mail', {});
      await begun;
      const closed = quiet();
      release();
      await closed;
      expect(ended).toBe(true);
    });

    it('has one handler per queue', async () => {
      const queue = await open();
      queue.work('mail', async () => undefined);
      expect(() => queue.work('mail', async () => undefined)).toThrow('has a handler already');
    });
  });
}
