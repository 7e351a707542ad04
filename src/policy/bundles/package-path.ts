const CLAUSE = /^(?:[ \t]*(?:#[^\n]*)?\r?\n)*[ \t]*package[ \t]+([^\s#]+)[ \t]*(?:#[^\n]*)?(?:\r?\n|$)/;
const PART = /(?:^|\.)([A-Za-z_][A-Za-z0-9_]*)|\["([^"\\]*)"\]/y;

/** The package of a Rego module as a path (`custom/rules/key-in-production`), by its first clause; undefined when it has none that can be told. */
export function packagePath(module: string): string | undefined {
  const reference = CLAUSE.exec(module)?.[1];
  if (reference === undefined) return undefined;
  const parts: string[] = [];
  for (let at = 0; at < reference.length; at = PART.lastIndex) {
    PART.lastIndex = at;
    const part = PART.exec(reference);
    if (part === null) return undefined;
    parts.push(part[1] ?? part[2]?.replaceAll('/', '%2F') ?? '');
  }
  return parts.join('/');
}
