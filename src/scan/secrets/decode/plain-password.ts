import type { Decoded, DecodeInput } from '../decoder.ts';
import { isPlaceholder } from '../placeholder.ts';

/** A password where nothing but a password can stand: whatever is no stand-in for one. */
export function decodePlainPassword({ value }: DecodeInput): Decoded | undefined {
  return isPlaceholder(value) ? undefined : {};
}
