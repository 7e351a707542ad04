/** One part of a resource's name: backticks where it would not be told apart without. */
export function quotedPart(part: string): string {
  return /^[^\s.`(),:]+$/.test(part) ? part : `\`${part.replaceAll('`', '``')}\``;
}

/** `*.*`, `pattern.*`, `db.table`. The pattern is kept as it is written, with its backslashes. */
export function resourceName(database: string, table: string, type = ''): string {
  const prefix = type === '' ? '' : `${type}:`;
  if (database === '*' && table === '*') return '*.*';
  return `${prefix}${quotedPart(database)}.${table === '*' ? '*' : quotedPart(table)}`;
}
