/** One element of a DER encoding (X.690): its identifier octet and its content. */
export interface DerElement {
  readonly tag: number;
  readonly content: Buffer;
}

/**
 * The elements that stand one after another in `bytes`. Certificates have been parsed by OpenSSL before: this reads what Node does not tell.
 *
 * @returns undefined where it is no DER with tags of one octet and lengths of at most four.
 */
export function derElements(bytes: Buffer): readonly DerElement[] | undefined {
  const elements: DerElement[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at] ?? 0;
    const first = bytes[at + 1];
    if (first === undefined || (tag & 0x1f) === 0x1f) return undefined;
    const octets = first < 0x80 ? 0 : first & 0x7f;
    if (first === 0x80 || octets > 4 || at + 2 + octets > bytes.length) return undefined;
    const length = octets === 0 ? first : bytes.readUIntBE(at + 2, octets);
    const start = at + 2 + octets;
    if (start + length > bytes.length) return undefined;
    elements.push({ tag, content: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return elements;
}
