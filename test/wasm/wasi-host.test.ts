import { describe, expect, it } from 'vitest';
import { createWasiHost, WasiExit } from '../../src/wasm/wasi-host.ts';

type System = Readonly<Record<string, (...operands: unknown[]) => number>>;

function attached(): { system: System; memory: DataView } {
  const host = createWasiHost();
  const memory = new WebAssembly.Memory({ initial: 1 });
  host.attach(memory);
  const { wasi_snapshot_preview1: system } = host.imports as { wasi_snapshot_preview1: System };
  return { system, memory: new DataView(memory.buffer) };
}

/** A clock subscription of 48 bytes at the address. */
function subscribe(memory: DataView, at: number, id: bigint, nanoseconds: bigint): void {
  memory.setBigUint64(at, id, true);
  memory.setUint8(at + 8, 0);
  memory.setUint32(at + 16, 1, true);
  memory.setBigUint64(at + 24, nanoseconds, true);
}

function writeText(memory: DataView, vector: number, at: number, text: string): void {
  new Uint8Array(memory.buffer).set(Buffer.from(text), at);
  memory.setUint32(vector, at, true);
  memory.setUint32(vector + 4, Buffer.byteLength(text), true);
}

describe('the WASI host', () => {
  it('has clocks', () => {
    const { system, memory } = attached();
    expect(system.clock_time_get?.(0, 1n, 8)).toBe(0);
    const real = Number(memory.getBigUint64(8, true) / 1_000_000n);
    expect(Math.abs(real - Date.now())).toBeLessThan(60_000);
    system.clock_time_get?.(1, 1n, 8);
    const before = memory.getBigUint64(8, true);
    system.clock_time_get?.(1, 1n, 8);
    expect(memory.getBigUint64(8, true)).toBeGreaterThanOrEqual(before);
  });

  it('has random numbers', () => {
    const { system, memory } = attached();
    expect(system.random_get?.(0, 64)).toBe(0);
    expect(new Set(new Uint8Array(memory.buffer, 0, 64)).size).toBeGreaterThan(10);
    expect(new Uint8Array(memory.buffer, 64, 64).every((byte) => byte === 0)).toBe(true);
  });

  it('sleeps until the first clock strikes', () => {
    const { system, memory } = attached();
    subscribe(memory, 0, 7n, 60_000_000_000n);
    subscribe(memory, 48, 8n, 2_000_000n);
    const started = performance.now();
    expect(system.poll_oneoff?.(0, 200, 2, 300)).toBe(0);
    expect(performance.now() - started).toBeGreaterThanOrEqual(1.5);
    expect(memory.getUint32(300, true)).toBe(1);
    expect(memory.getBigUint64(200, true)).toBe(8n);
    expect(memory.getUint16(208, true)).toBe(0);
  });

  it('does not wait for descriptors', () => {
    const { system, memory } = attached();
    memory.setUint8(8, 1);
    expect(system.poll_oneoff?.(0, 200, 1, 300)).not.toBe(0);
  });

  it('tells what was printed when the program ends itself', () => {
    const { system, memory } = attached();
    writeText(memory, 0, 100, 'fatal error: ');
    writeText(memory, 8, 120, 'all goroutines are asleep\n');
    expect(system.fd_write?.(2, 0, 2, 50)).toBe(0);
    expect(memory.getUint32(50, true)).toBe(39);
    expect(() => system.proc_exit?.(2)).toThrow(new WasiExit('exit code 2: fatal error: all goroutines are asleep'));
  });

  it('has no arguments, no environment and no files', () => {
    const { system, memory } = attached();
    for (const sizes of ['args_sizes_get', 'environ_sizes_get']) {
      memory.setUint32(0, 9, true);
      expect(system[sizes]?.(0, 4)).toBe(0);
      expect([memory.getUint32(0, true), memory.getUint32(4, true)]).toEqual([0, 0]);
    }
    for (const call of ['fd_prestat_get', 'fd_read', 'fd_close', 'path_open', 'path_filestat_get', 'path_readlink'])
      expect(system[call]?.(3, 0, 0, 0), call).not.toBe(0);
  });
});
