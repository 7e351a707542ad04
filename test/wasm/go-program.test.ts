import { describe, expect, it } from 'vitest';
import { startGoProgram } from '../../src/wasm/go-program.ts';

describe('a Go program', () => {
  it('is none without its exports', () => {
    // A module without anything in it.
    expect(startGoProgram(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0))).toBeUndefined();
  });
});
