import type { Place } from '../src/scan/formats/node.ts';

/** Lines and columns of offsets, which must be asked for in their order, so that a long text is walked once. */
export function textPlaces(text: string): (offset: number) => Place {
  let line = 1;
  let start = 0;
  return (offset) => {
    for (let end = text.indexOf('\n', start); end >= 0 && end < offset; end = text.indexOf('\n', start)) {
      start = end + 1;
      line++;
    }
    return { line, column: offset - start + 1 };
  };
}
