import type { Decoded, DecodeInput } from '../decoder.ts';
import { entropy } from '../entropy.ts';
import { isPlaceholder } from '../placeholder.ts';

const LEAST_ENTROPY = 3.2;

/** A token without any structure: random enough, with a digit in it, and no stand-in. */
export function decodeOpaqueToken({ value }: DecodeInput): Decoded | undefined {
  if (!/[0-9]/.test(value) || isPlaceholder(value)) return undefined;
  return entropy(value) < LEAST_ENTROPY ? undefined : {};
}
