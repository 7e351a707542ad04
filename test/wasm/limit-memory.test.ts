import { describe, expect, it } from 'vitest';
import { limitMemory } from '../../src/wasm/limit-memory.ts';

const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const PAGE = 64 * 1024;

/** A module with a memory that it exports as `m`, of one page to begin with. */
const module = (limits: readonly number[]) =>
  Uint8Array.of(...HEADER, 5, limits.length + 1, 1, ...limits, 7, 5, 1, 1, 0x6d, 2, 0);

function memoryOf(wasm: Uint8Array): WebAssembly.Memory {
  const { m } = new WebAssembly.Instance(new WebAssembly.Module(wasm)).exports;
  if (!(m instanceof WebAssembly.Memory)) throw new Error('no memory');
  return m;
}

describe('limitMemory', () => {
  it.each([
    ['without a limit', [0, 1]],
    ['with another limit', [1, 1, 0xff, 0x7f]],
  ])('limits a memory %s', (_, limits) => {
    const memory = memoryOf(limitMemory(module(limits), 300 * PAGE));
    expect(memory.grow(299)).toBe(1);
    expect(() => memory.grow(1)).toThrow(RangeError);
    expect(() => memoryOf(module(limits)).grow(300)).not.toThrow();
  });

  it('refuses a module that begins with more, or has no memory', () => {
    expect(() => limitMemory(module([0, 2]), PAGE)).toThrow('other memory');
    expect(() => limitMemory(Uint8Array.from(HEADER), PAGE)).toThrow('no memory of its own');
  });
});
