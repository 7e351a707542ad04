import { nameKind } from '../assigned-name.ts';
import type { Extracted } from '../extractors.ts';
import { whyNoSecret } from '../generic.ts';

const LONGEST_BLOCK = 2_000;
const LABEL = /variable[ \t]{1,8}"([A-Za-z_][\w-]{0,80})"[ \t]{0,8}\{/y;
const END = /\n\}/;
const DEFAULT = /(?<=[{\s])default[ \t]{0,40}=[ \t]{0,8}"([^"\\\n]{1,512})"/;

/** The value that a variable of Terraform has where nobody gives one: its name is the label of the block. */
export function extractTerraformVariable(text: string, keywordStart: number): readonly Extracted[] {
  LABEL.lastIndex = keywordStart;
  const name = LABEL.exec(text)?.[1];
  const kind = name === undefined ? undefined : nameKind(name);
  if (name === undefined || kind === undefined) return [];
  const from = LABEL.lastIndex;
  const rest = text.slice(from - 1, from + LONGEST_BLOCK);
  const found = DEFAULT.exec(rest.slice(0, END.exec(rest)?.index));
  const value = found?.[1];
  if (found === null || value === undefined) return [];
  const valueEnd = from - 1 + found.index + found[0].length - 1;
  const valueStart = valueEnd - value.length;
  const assignment = { name, nameStart: keywordStart, valueStart, valueEnd, quote: '"', operator: '=' };
  if (whyNoSecret(assignment, kind, value) !== undefined) return [];
  return [{ start: valueStart, end: valueEnd, decoded: { confidence: 'generic', facts: { name } } }];
}
