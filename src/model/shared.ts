import { hash } from 'node:crypto';

/**
 * Makes equal parts of many rows the same object: a policy that is attached to a thousand roles says the same thing a thousand
 * times. Of a row only what it alone says takes memory then. Whoever shares must change nothing.
 */
export function sharing(): <Row extends object>(row: Row) => Row {
  const texts = new Map<string, string>();
  const known = new Map<string, unknown>();
  const shared = <Value>(value: Value): Value => {
    if (typeof value === 'string') {
      const before = texts.get(value);
      if (before === undefined) texts.set(value, value);
      return (before ?? value) as Value;
    }
    if (typeof value !== 'object' || value === null) return value;
    const text = JSON.stringify(value);
    // What a digest is shorter than would be kept twice.
    const key = text.length > DIGEST ? hash('sha1', text, 'base64') : text;
    const before = known.get(key);
    if (before !== undefined) return before as Value;
    known.set(key, value);
    return value;
  };
  return (row) => {
    for (const [name, value] of Object.entries(row)) {
      (row as Record<string, unknown>)[name] =
        name === 'locations' && Array.isArray(value) ? shared(value.map(shared)) : shared(value);
    }
    return row;
  };
}

/** Characters of a digest. */
const DIGEST = 28;
