import { nameKind } from '../assigned-name.ts';
import type { Extracted } from '../extractors.ts';
import { whyNoSecret } from '../generic.ts';

/** How far before its value a name may end: a few lines of YAML, a comma in JSON. */
const REACH = 120;
/** `"key": "…", ` · `- name: …` and the next line · `key="…" `, in front of the word for the value. */
const NAME =
  /(?:["']?(?:name|key|id|variable|parameter|parameterkey|header)\\?["']?[ \t]{0,4}[:=][ \t]{0,4})\\?["']?([A-Za-z_][\w.-]{1,80})\\?["']?[ \t]{0,4},?\s{1,40}\\?["']?$|(?:["'](?:name|key|id|variable)["'][ \t]{0,4}:[ \t]{0,4})["']([A-Za-z_][\w.-]{1,80})["'],["']$/i;
const VALUE = /(?:value|parametervalue|initialvalue)\\?["']?[ \t]{0,4}[:=][ \t]{0,4}(\\?["']|)/iy;

/**
 * The value of a pair that is written as two members: `{"name": "API_TOKEN", "value": "…"}`, as lists of variables,
 * headers and settings have it.
 */
export function extractNamedValue(text: string, keywordStart: number): readonly Extracted[] {
  const at = /^["']/.test(text.charAt(keywordStart)) ? keywordStart + 1 : keywordStart;
  const [, spaced, compact] = NAME.exec(text.slice(Math.max(0, at - REACH), at)) ?? [];
  const name = spaced ?? compact;
  const kind = name === undefined ? undefined : nameKind(name);
  if (name === undefined || kind === undefined) return [];
  VALUE.lastIndex = at;
  const opening = VALUE.exec(text);
  if (opening === null) return [];
  const quote = opening[1] ?? '';
  const start = VALUE.lastIndex;
  const rest = text.slice(start, start + 1_024);
  const written = (
    quote === '' ? /^[^\s,;}\]#<>"']+/ : quote.length > 1 ? /^[^\\"'\n]+/ : quote === '"' ? /^[^"\\\n]+/ : /^[^'\\\n]+/
  ).exec(rest)?.[0];
  if (written === undefined) return [];
  const scheme = /^(?:Bearer|Basic|Token) +/i.exec(written)?.[0].length ?? 0;
  const value = written.slice(scheme);
  const assignment = {
    name,
    nameStart: at,
    valueStart: start + scheme,
    valueEnd: start + written.length,
    quote,
    operator: ':',
  };
  if (whyNoSecret(assignment, kind, value) !== undefined) return [];
  return [
    { start: assignment.valueStart, end: assignment.valueEnd, decoded: { confidence: 'generic', facts: { name } } },
  ];
}
