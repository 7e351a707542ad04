import type { Decoded, DecodeInput } from '../decoder.ts';
import { isPlaceholder } from '../placeholder.ts';

/** A password that a client writes in base64, so that it is not read over a shoulder. */
export function decodeBase64Password({ value }: Pick<DecodeInput, 'value'>): Decoded | undefined {
  const text = Buffer.from(value, 'base64').toString('latin1');
  return text.length < 4 || !/^[ -~]+$/.test(text) || isPlaceholder(text) ? undefined : { canonical: text };
}
