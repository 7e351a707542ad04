import { byteOrder, LONGEST_MARK, textDecoder } from '../decode-text.ts';

/** The text of a stream in chunks, decoded as `decodeText` does: a byte order mark decides, invalid bytes are replaced. */
export async function* textChunks(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let start = new Uint8Array();
  let decoder: ReturnType<typeof textDecoder> | undefined;
  for await (const chunk of source) {
    let bytes = chunk;
    if (decoder === undefined) {
      // The first chunk may have fewer bytes than a byte order mark.
      bytes = start = new Uint8Array(Buffer.concat([start, chunk]));
      if (start.length < LONGEST_MARK) continue;
      decoder = textDecoder(byteOrder(start).encoding);
    }
    yield decoder.decode(bytes, { stream: true });
  }
  yield decoder === undefined ? textDecoder(byteOrder(start).encoding).decode(start) : decoder.decode();
}
