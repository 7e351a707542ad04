import { PolicyFault } from './policy-fault.ts';

const PAGE = 64 * 1024;

/** Bytes of one text that a policy hands out: an operand of a builtin, or its whole answer. */
const MAX_TEXT = 32 * 1024 ** 2;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The memory of one instance of a policy, and texts in it. */
export class PolicyMemory {
  readonly memory: WebAssembly.Memory;
  readonly #initial: number;

  /**
   * @param initial - bytes to begin with.
   * @param most - bytes; a policy that needs more faults.
   */
  constructor(initial: number, most: number) {
    const pages = Math.ceil(initial / PAGE);
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: Math.max(pages, Math.floor(most / PAGE)) });
    this.#initial = this.memory.buffer.byteLength;
  }

  /** Bytes that it has grown by; they are never given back. */
  growth(): number {
    return this.memory.buffer.byteLength - this.#initial;
  }

  /**
   * @param address - of a text that ends with a zero byte.
   * @throws PolicyFault where it is too long.
   */
  read(address: number): string {
    const bytes = new Uint8Array(this.memory.buffer);
    const end = bytes.indexOf(0, address);
    if (end - address > MAX_TEXT)
      throw new PolicyFault(`a value of ${end - address} bytes; at most ${MAX_TEXT} may leave a policy`);
    return decoder.decode(bytes.subarray(address, end));
  }

  /**
   * Writes a text, growing where it does not fit, and answers how many bytes it is.
   *
   * @throws PolicyFault where it may not grow so far.
   */
  write(address: number, text: string): number {
    // No character takes more than three bytes.
    if (address + text.length * 3 <= this.memory.buffer.byteLength)
      return encoder.encodeInto(text, new Uint8Array(this.memory.buffer, address)).written;
    const bytes = encoder.encode(text);
    this.#reserve(address + bytes.length);
    new Uint8Array(this.memory.buffer).set(bytes, address);
    return bytes.length;
  }

  #reserve(end: number): void {
    const lacking = end - this.memory.buffer.byteLength;
    if (lacking <= 0) return;
    try {
      this.memory.grow(Math.ceil(lacking / PAGE));
    } catch (cause) {
      throw new PolicyFault(`the policy's memory is too small for ${end} bytes`, { cause });
    }
  }
}
