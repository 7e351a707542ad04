/** Remembers what was made last for so many keys: the same few are asked for again, and all together would be too much. */
export function recently<T>(most: number, make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const [oldest] = made.size < most ? [] : made.keys();
    if (oldest !== undefined) made.delete(oldest);
    const item = make(key);
    made.set(key, item);
    return item;
  };
}
