import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { DisposableWorker } from '../../src/wasm/disposable-worker.ts';

/** Answers with what it was asked; hangs and dies on demand. */
const ENTRY = `
import { parentPort } from 'node:worker_threads';
parentPort.on('message', ({ id, say }) => {
  if (say === 'hang') for (;;);
  if (say === 'die') process.exit(3);
  if (say === 'throw') throw new Error('broken');
  parentPort.postMessage({ id, said: say });
});
`;

interface Said {
  readonly id: number;
  readonly said: string;
}

let worker: DisposableWorker<{ say: string }, Said>;
afterEach(() => worker.close());

function start(): typeof worker {
  worker = new DisposableWorker({
    url: new URL(`data:text/javascript,${encodeURIComponent(ENTRY)}`),
    deadline: 5_000,
    timedOut: ({ say }) => new AppError('ERR_SCAN_LIMIT', `${say} took too long`),
    failed: (what) => new AppError('ERR_INTERNAL', `the worker ${what}`),
    background: true,
  });
  return worker;
}

describe('a disposable worker', () => {
  it('answers each call', async () => {
    const calls = ['a', 'b', 'c'].map((say) => start().call({ say }));
    expect((await Promise.all(calls)).map(({ said }) => said)).toEqual(['a', 'b', 'c']);
  });

  it('is lost when a call takes too long, and the next call has another', async () => {
    await start().call({ say: 'a' });
    await expect(worker.call({ say: 'hang' }, 200)).rejects.toMatchObject({
      code: 'ERR_SCAN_LIMIT',
      message: 'hang took too long',
    });
    expect((await worker.call({ say: 'b' })).said).toBe('b');
  });

  it.each([
    ['die', 'the worker ended with code 3'],
    ['throw', 'the worker failed: broken'],
  ])('is lost when it would %s', async (say, message) => {
    await expect(start().call({ say })).rejects.toMatchObject({ code: 'ERR_INTERNAL', message });
    expect((await worker.call({ say: 'b' })).said).toBe('b');
  });

  it('ends what is under way when it is closed', async () => {
    const call = start().call({ say: 'hang' });
    const ended = expect(call).rejects.toMatchObject({ message: 'the worker was closed' });
    await worker.close();
    await ended;
  });
});
