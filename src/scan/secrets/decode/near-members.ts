import type { DecodeInput } from '../decoder.ts';

/**
 * Members that stand around a value in JSON, YAML, a property file or a string of settings: for each fact the nearest of
 * the names it may have. Bounded, and for facts only: what is found need not be in the very same object.
 *
 * @param names - the fact and a pattern of names; letters of any case.
 * @param form - a pattern of the values that count.
 */
export function nearMembers(
  { text, start, end, near }: Pick<DecodeInput, 'text' | 'start' | 'end' | 'near'>,
  names: Readonly<Record<string, string>>,
  form: string,
  reach = 600,
): Record<string, string> {
  const facts: Record<string, string> = {};
  for (const [fact, name] of Object.entries(names)) {
    const member = memberPattern(name, form);
    let nearest = Number.POSITIVE_INFINITY;
    for (const { start: at, value } of near.within(text, member, start - reach, end + reach)) {
      const distance = at < start ? start - at : at - end;
      if (distance < 0 || distance >= nearest) continue;
      nearest = distance;
      facts[fact] = value;
    }
  }
  return facts;
}

/** They are few, and making one takes longer than using it. */
const patterns = new Map<string, RegExp>();

function memberPattern(name: string, form: string): RegExp {
  const source = `(?<![A-Za-z])(?:${name})\\\\?["']?[ \\t]{0,4}[:=][ \\t]{0,4}\\\\?["']?(${form})(?![\\w.-])`;
  const pattern = patterns.get(source) ?? new RegExp(source, 'gi');
  patterns.set(source, pattern);
  return pattern;
}
