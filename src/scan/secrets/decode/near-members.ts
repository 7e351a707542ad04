import type { DecodeInput } from '../decoder.ts';

/**
 * Members that stand around a value in JSON, YAML, a property file or a string of settings: for each fact the nearest of
 * the names it may have. Bounded, and for facts only: what is found need not be in the very same object.
 *
 * @param names - the fact and a pattern of names; letters of any case.
 * @param form - a pattern of the values that count.
 */
export function nearMembers(
  { text, start, end }: Pick<DecodeInput, 'text' | 'start' | 'end'>,
  names: Readonly<Record<string, string>>,
  form: string,
  reach = 600,
): Record<string, string> {
  const from = Math.max(0, start - reach);
  const around = text.slice(from, end + reach);
  const facts: Record<string, string> = {};
  for (const [fact, name] of Object.entries(names)) {
    const member = new RegExp(
      `(?<![A-Za-z])(?:${name})\\\\?["']?[ \\t]{0,4}[:=][ \\t]{0,4}\\\\?["']?(${form})(?![\\w.-])`,
      'gi',
    );
    let nearest = Number.POSITIVE_INFINITY;
    for (const match of around.matchAll(member)) {
      const at = from + match.index;
      const distance = at < start ? start - at : at - end;
      if (distance < 0 || distance >= nearest) continue;
      nearest = distance;
      facts[fact] = match[1] ?? '';
    }
  }
  return facts;
}
