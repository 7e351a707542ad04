import type { LongRuns } from './long-runs.ts';
import { LONG_RUNS_WASM } from './long-runs-wasm.ts';

/** What `long-runs.as` exports; all numbers are addresses and lengths in bytes. */
interface LongRunsModule {
  readonly memory: WebAssembly.Memory;
  longRuns(from: number, to: number, found: number): number;
}

/** Bytes that are looked at in one call. */
const BLOCK = 65_536;
/** Behind the text, so that every run ends with it. */
const PADDING = 64;
const FOUND_AT = BLOCK + PADDING;
const PAIR_BYTES = 8;
const PAGE = 65_536;

/**
 * Runs the search in WebAssembly.
 *
 * @param shortest - of a run; what `long-runs.as` says.
 * @returns undefined where there is no WebAssembly, or none for vectors.
 */
export function wasmLongRuns(
  shortest: number,
  endOfRun: (bytes: Uint8Array, start: number) => number,
): LongRuns | undefined {
  const compiled = compile();
  if (compiled === undefined) return undefined;
  let instance: Instance | undefined;
  return (bytes, from, to, take) => {
    instance ??= instantiate(compiled, shortest);
    const { module, memory, words } = instance;
    let done = from;
    for (let at = from; at < to && at + shortest <= bytes.length; ) {
      const end = Math.min(bytes.length, at + BLOCK);
      memory.set(at === 0 && end === bytes.length ? bytes : bytes.subarray(at, end));
      memory.fill(0, end - at, end - at + PADDING);
      const count = module.longRuns(0, end - at, FOUND_AT);
      // Whoever is told of a run may search what it says, with the same memory.
      const found = count === 0 ? [] : [...words.subarray(FOUND_AT / 4, FOUND_AT / 4 + 2 * count)];
      for (let index = 0; index < found.length; index += 2) {
        const start = at + (found[index] as number);
        const runEnd = at + (found[index + 1] as number);
        if (start < done || start >= to) continue;
        const whole = runEnd === end ? endOfRun(bytes, runEnd) : runEnd;
        done = Math.max(whole, take(start, whole));
      }
      // What is too short to be a run here may be one with what follows.
      at = Math.max(done, end === bytes.length ? end : end - shortest + 1);
    }
    return Math.max(done, to);
  };
}

interface Instance {
  readonly module: LongRunsModule;
  readonly memory: Uint8Array;
  readonly words: Uint32Array;
}

function compile(): WebAssembly.Module | undefined {
  try {
    return new WebAssembly.Module(Buffer.from(LONG_RUNS_WASM, 'base64'));
  } catch {
    return undefined;
  }
}

function instantiate(compiled: WebAssembly.Module, shortest: number): Instance {
  const module = new WebAssembly.Instance(compiled).exports as unknown as LongRunsModule;
  const { memory } = module;
  const room = Math.ceil(BLOCK / shortest) * PAIR_BYTES;
  memory.grow(Math.ceil((FOUND_AT + room) / PAGE) - memory.buffer.byteLength / PAGE);
  return { module, memory: new Uint8Array(memory.buffer), words: new Uint32Array(memory.buffer) };
}
