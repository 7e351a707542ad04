import type { Json } from '../model/json.ts';

export interface JsonLimits {
  /** UTF-16 units. */
  readonly maxLength: number;
  readonly maxDepth: number;
}

export type StrictJson = { readonly value: Json } | { readonly problem: string };

/**
 * Parses JSON that somebody else wrote and that people will approve: what two parsers could read differently is refused,
 * above all a repeated member name (RFC 8259 §4 leaves its meaning open). Never throws.
 *
 * @returns the value, or what is wrong with it; the problem quotes nothing of the text.
 */
export function parseStrictJson(text: string, limits: JsonLimits): StrictJson {
  if (text.length > limits.maxLength) return { problem: `longer than ${limits.maxLength} characters` };
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: 'not JSON' };
  }
  const problem = findAmbiguity(text, limits.maxDepth);
  return problem === undefined ? { value } : { problem };
}

/** Walks text that is known to be JSON: there a string before a colon is always a member name. */
function findAmbiguity(text: string, maxDepth: number): string | undefined {
  const names: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '{' || char === '[') {
      names.push(char === '{' ? new Set() : undefined);
      if (names.length > maxDepth) return `nested deeper than ${maxDepth}`;
    } else if (char === '}' || char === ']') {
      names.pop();
    } else if (char === '"') {
      const end = endOfString(text, at);
      const members = names.at(-1);
      if (members !== undefined && isBeforeColon(text, end + 1)) {
        const name: string = JSON.parse(text.slice(at, end + 1));
        if (members.has(name)) return 'a member is repeated';
        members.add(name);
      }
      at = end;
    }
  }
  return undefined;
}

function isBeforeColon(text: string, start: number): boolean {
  let at = start;
  while (/\s/.test(text[at] ?? '')) at += 1;
  return text[at] === ':';
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}
