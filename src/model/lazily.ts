/** Each item changed, when it is asked for. */
export function* mapped<From, To>(items: Iterable<From>, change: (item: From) => To): Generator<To> {
  for (const item of items) yield change(item);
}

/** The items that stay, when they are asked for. */
export function* filtered<T>(items: Iterable<T>, stays: (item: T) => boolean): Generator<T> {
  for (const item of items) if (stays(item)) yield item;
}
