/** Text in UTF-32, low byte first; its `swap32()` is the other order. */
export function utf32(text: string): Buffer {
  return Buffer.concat(
    [...text].map((character) => Buffer.from(new Uint32Array([character.codePointAt(0) ?? 0]).buffer)),
  );
}
