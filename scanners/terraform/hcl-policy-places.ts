import type { Place } from '../../src/scan/formats/node.ts';
import { textOfValue, type Value } from './hcl-value.ts';

/** Where the statements of a document stand, as many as it has; none where that is not known. */
export function statementPlaces(document: Value, count: number): readonly Place[] {
  if (document.kind === 'list' || document.kind === 'map' || document.written === undefined) return [];
  const { written } = document;
  const places = 'statements' in written ? written.statements : inBlock(textOfValue(document) ?? '', written.block);
  return places.length === count ? places : [];
}

/** Where the objects begin that are the document's `Statement`, or the elements of a list in it. */
function inBlock(text: string, block: Place): readonly Place[] {
  const places: Place[] = [];
  let depth = 0;
  let line = 0;
  let start = 0;
  let inList = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign === '"') at = endOfText(text, at);
    else if (sign === '\n') {
      line++;
      start = at + 1;
    } else if (sign === '}' || sign === ']') depth--;
    else if (sign === '{' || sign === '[') {
      const alone = depth === 1 && sign === '{' && STATEMENT.test(text.slice(Math.max(0, at - 40), at));
      if (alone || (depth === 2 && inList && sign === '{'))
        places.push({ ...block, line: block.line + line, column: block.column + at - start });
      if (depth === 1) inList = sign === '[' && STATEMENT.test(text.slice(Math.max(0, at - 40), at));
      depth++;
    }
  }
  return places;
}

const STATEMENT = /"Statement"\s*:\s*$/i;

function endOfText(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}
