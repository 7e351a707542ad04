import type { Decoded, DecodeInput } from '../decoder.ts';
import { entropy } from '../entropy.ts';
import { isPlaceholder } from '../placeholder.ts';
import { wordShare } from '../words.ts';

const LEAST_ENTROPY = 3.2;

/** A token without any structure: random enough, with a digit in it, and no stand-in. */
export function decodeOpaqueToken({ value, text, end }: DecodeInput): Decoded | undefined {
  if (!/[0-9]/.test(value) || isPlaceholder(value) || wordShare(value) >= 0.6) return undefined;
  if (text.charAt(end) === '(') return undefined;
  return entropy(value) < LEAST_ENTROPY ? undefined : {};
}
