/**
 * The chunks of a text in UTF-8, whatever it was written in: a byte order mark decides (PowerShell redirects to UTF-16),
 * UTF-8 otherwise; the mark is dropped and invalid bytes are replaced, as in `FileHead.text`.
 */
export async function* utf8Chunks(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  let begin: Uint8Array = new Uint8Array();
  for await (const chunk of source) {
    let next = chunk;
    if (decoder === undefined) {
      begin = concat(begin, chunk);
      if (begin.length < 3) continue;
      decoder = new TextDecoder(encodingOf(begin));
      next = begin;
    }
    yield encoder.encode(decoder.decode(next, { stream: true }));
  }
  const rest = decoder === undefined ? new TextDecoder(encodingOf(begin)).decode(begin) : decoder.decode();
  if (rest !== '') yield encoder.encode(rest);
}

function encodingOf(begin: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (begin[0] === 0xff && begin[1] === 0xfe) return 'utf-16le';
  if (begin[0] === 0xfe && begin[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
