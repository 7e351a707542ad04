import type { Node } from '../../src/scan/formats/node.ts';

/**
 * The first document of a text that may be cut off anywhere, without places: what is whole by then. Undefined when it is not
 * JSON; the reader says where.
 */
export function beginningOf(text: string): Node | undefined {
  const cut = wholePart(text);
  if (cut === undefined) return undefined;
  try {
    return nodeOf(JSON.parse(cut));
  } catch {
    return undefined;
  }
}

/** The text to the end of the first document, or to the last comma with everything closed behind it. */
function wholePart(text: string): string | undefined {
  const closers: string[] = [];
  let cut: { readonly end: number; readonly closers: readonly string[] } | undefined;
  let inText = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (inText) {
      if (character === '\\') at++;
      else if (character === '"') inText = false;
      continue;
    }
    switch (character) {
      case '"':
        inText = true;
        break;
      case '{':
      case '[':
        closers.push(character === '{' ? '}' : ']');
        break;
      case '}':
      case ']':
        if (closers.pop() !== character) return undefined;
        if (closers.length === 0) return text.slice(0, at + 1);
        break;
      case ',':
        cut = { end: at, closers: closers.toReversed() };
        break;
    }
  }
  return cut === undefined ? undefined : text.slice(0, cut.end) + cut.closers.join('');
}

const NOWHERE = { line: 1, column: 1 };

function nodeOf(value: unknown): Node {
  if (Array.isArray(value)) return { kind: 'list', items: value.map(nodeOf), place: NOWHERE };
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(
      ([key, member]) => [key, { place: NOWHERE, value: nodeOf(member) }] as const,
    );
    return { kind: 'map', entries: new Map(entries), place: NOWHERE };
  }
  const scalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
  return { kind: 'scalar', value: scalar, text: scalar === null ? '' : String(scalar), place: NOWHERE };
}
