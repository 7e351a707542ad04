import { TextDecoder } from 'node:util';
import { byteOrder } from '../decode-text.ts';

/** The text of a stream in chunks, decoded as `decodeText` does: a byte order mark decides, invalid bytes are replaced. */
export async function* textChunks(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let start = new Uint8Array();
  let decoder: TextDecoder | undefined;
  for await (const chunk of source) {
    let bytes = chunk;
    if (decoder === undefined) {
      // A byte order mark has up to three bytes, and the first chunk may have fewer.
      bytes = start = new Uint8Array(Buffer.concat([start, chunk]));
      if (start.length < 3) continue;
      decoder = new TextDecoder(byteOrder(start).encoding);
    }
    yield decoder.decode(bytes, { stream: true });
  }
  yield decoder === undefined ? new TextDecoder(byteOrder(start).encoding).decode(start) : decoder.decode();
}
