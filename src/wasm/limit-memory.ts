const MEMORY_SECTION = 5;
const HEADER = 8;
const PAGE = 64 * 1024;

/**
 * A module whose own memory grows up to a limit: a program of Go grows by itself up to 4 GB, which nobody from outside can stop.
 * Past the limit Go ends as it does when memory runs out.
 *
 * @param most - bytes.
 * @throws RangeError where the module has no memory of its own, or begins with more.
 * @see https://webassembly.github.io/spec/core/binary/modules.html#memory-section
 */
export function limitMemory(wasm: Uint8Array, most: number): Uint8Array {
  for (let at = HEADER; at < wasm.length; ) {
    const id = wasm[at];
    const size = readUnsigned(wasm, at + 1);
    const end = size.next + size.value;
    if (id === MEMORY_SECTION) {
      const limits = memoryLimits(wasm, size.next, Math.floor(most / PAGE));
      const section = Uint8Array.from([MEMORY_SECTION, ...unsigned(limits.length), ...limits]);
      return Buffer.concat([wasm.subarray(0, at), section, wasm.subarray(end)]);
    }
    at = end;
  }
  throw new RangeError('the module has no memory of its own');
}

/** The content of a section with one memory, which has a limit. */
function memoryLimits(wasm: Uint8Array, at: number, most: number): readonly number[] {
  const count = readUnsigned(wasm, at);
  const flags = readUnsigned(wasm, count.next);
  const initial = readUnsigned(wasm, flags.next);
  if (count.value !== 1 || flags.value > 1 || initial.value > most) throw new RangeError('the module has other memory');
  return [1, 1, ...unsigned(initial.value), ...unsigned(most)];
}

/** Reads LEB128. */
function readUnsigned(bytes: Uint8Array, start: number): { readonly value: number; readonly next: number } {
  let value = 0;
  for (let at = start, factor = 1; ; at++, factor *= 128) {
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * factor;
    if (byte < 128) return { value, next: at + 1 };
  }
}

/** Writes LEB128. */
function unsigned(value: number): readonly number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...unsigned(Math.floor(value / 128))];
}
