import { randomFillSync } from 'node:crypto';

/** Thrown where the program asks to end: it failed, and said why on its standard error. */
export class WasiExit extends Error {
  override readonly name = 'WasiExit';
}

/** The system that a WASM program sees. */
export interface WasiHost {
  /** For `WebAssembly.Instance`. */
  readonly imports: object;
  /** Gives the host the memory of the instance, which exists only once it was made. */
  attach(memory: WebAssembly.Memory): void;
}

const SUCCESS = 0;
const BAD_DESCRIPTOR = 8;
const NOT_SUPPORTED = 58;

const REALTIME = 0;
const CLOCK_EVENT = 0;
const ABSOLUTE_TIME = 1;
const SUBSCRIPTION_SIZE = 48;

const MAX_DIAGNOSTICS = 2_000;

/** What a program may ask for and does not get: there are no files, and nothing to read. */
const WITHOUT_FILES = {
  fd_close: BAD_DESCRIPTOR,
  fd_fdstat_get: BAD_DESCRIPTOR,
  fd_fdstat_set_flags: BAD_DESCRIPTOR,
  fd_filestat_get: BAD_DESCRIPTOR,
  fd_prestat_dir_name: BAD_DESCRIPTOR,
  fd_prestat_get: BAD_DESCRIPTOR,
  fd_read: BAD_DESCRIPTOR,
  fd_readdir: BAD_DESCRIPTOR,
  fd_seek: BAD_DESCRIPTOR,
  path_filestat_get: NOT_SUPPORTED,
  path_open: NOT_SUPPORTED,
  path_readlink: NOT_SUPPORTED,
};

/**
 * The part of WASI preview 1 that a Go program needs which only computes: clocks, random numbers, sleep. It has no
 * arguments, no environment and no files, and what it prints is kept for the message when it fails.
 *
 * Not `node:wasi`: in Node 20 its `poll_oneoff` allocates in a way that can run the garbage collector in the middle of a
 * call from WASM, which corrupted the memory of the process after some seconds of OPA's tester in a worker thread.
 *
 * @see https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md
 */
export function createWasiHost(): WasiHost {
  let memory: WebAssembly.Memory | undefined;
  let diagnostics = '';
  const view = (): DataView => {
    if (memory === undefined) throw new Error('the instance has no memory yet');
    return new DataView(memory.buffer);
  };
  const none = (countAt: number, sizeAt: number): number => {
    view().setUint32(countAt, 0, true);
    view().setUint32(sizeAt, 0, true);
    return SUCCESS;
  };
  const refuse = Object.entries(WITHOUT_FILES).map(([name, errno]) => [name, () => errno] as const);
  const system = {
    ...Object.fromEntries(refuse),
    args_get: () => SUCCESS,
    args_sizes_get: none,
    environ_get: () => SUCCESS,
    environ_sizes_get: none,
    sched_yield: () => SUCCESS,
    clock_time_get: (clock: number, _precision: bigint, at: number): number => {
      view().setBigUint64(at, readClock(clock), true);
      return SUCCESS;
    },
    random_get: (at: number, length: number): number => {
      randomFillSync(new Uint8Array(view().buffer, at >>> 0, length >>> 0));
      return SUCCESS;
    },
    poll_oneoff: (subscriptions: number, events: number, count: number, eventCount: number): number =>
      poll(view(), subscriptions >>> 0, events >>> 0, count, eventCount >>> 0),
    fd_write: (_descriptor: number, vectors: number, count: number, written: number): number => {
      const text = gather(view(), vectors >>> 0, count);
      diagnostics = `${diagnostics}${text.toString()}`.slice(-MAX_DIAGNOSTICS);
      view().setUint32(written, text.length, true);
      return SUCCESS;
    },
    proc_exit: (code: number): never => {
      throw new WasiExit(`exit code ${code}: ${diagnostics.trim()}`);
    },
  };
  return {
    imports: { wasi_snapshot_preview1: system },
    attach: (attached) => {
      memory = attached;
    },
  };
}

function readClock(clock: number): bigint {
  return clock === REALTIME ? BigInt(Date.now()) * 1_000_000n : process.hrtime.bigint();
}

/** Sleeps until the first clock of the subscriptions strikes, and reports it. Descriptors never become ready. */
function poll(memory: DataView, subscriptions: number, events: number, count: number, eventCount: number): number {
  let first: { at: number; wait: bigint } | undefined;
  for (let index = 0; index < count; index++) {
    const at = subscriptions + index * SUBSCRIPTION_SIZE;
    if (memory.getUint8(at + 8) !== CLOCK_EVENT) continue;
    const timeout = memory.getBigUint64(at + 24, true);
    const isAbsolute = (memory.getUint16(at + 40, true) & ABSOLUTE_TIME) !== 0;
    const wait = isAbsolute ? timeout - readClock(memory.getUint32(at + 16, true)) : timeout;
    if (first === undefined || wait < first.wait) first = { at, wait };
  }
  if (first === undefined) return NOT_SUPPORTED;
  sleep(first.wait);
  memory.setBigUint64(events, memory.getBigUint64(first.at, true), true);
  memory.setBigUint64(events + 8, 0n, true); // no error, a clock
  memory.setUint32(eventCount, 1, true);
  return SUCCESS;
}

function sleep(nanoseconds: bigint): void {
  if (nanoseconds > 0n) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(nanoseconds) / 1e6);
}

function gather(memory: DataView, vectors: number, count: number): Buffer {
  const parts: Uint8Array[] = [];
  for (let index = 0; index < count; index++) {
    const at = memory.getUint32(vectors + index * 8, true);
    parts.push(new Uint8Array(memory.buffer, at, memory.getUint32(vectors + index * 8 + 4, true)));
  }
  return Buffer.concat(parts);
}
