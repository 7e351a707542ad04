/** An object that rights are asked of or given on: `table:shop.public.orders`, a column of it in brackets. */
export interface ObjectName {
  readonly type: string;
  /** Database, schema, name, as far as the type has them. */
  readonly parts: readonly string[];
  readonly column: string | undefined;
}

const TYPED =
  /^(table|sequence|database|function|schema|language|type|tablespace|foreign-data-wrapper|server|parameter|large-object):(.*)$/s;
const PART = /"((?:[^"]|"")*)"|([^."(]+)/gy;

/** Types that an action names by itself, where none is written. */
const BY_ACTION: Readonly<Record<string, readonly string[]>> = {
  execute: ['function'],
  connect: ['database'],
  temporary: ['database'],
  'alter system': ['parameter'],
};

/** What a name without a type stands for, by how many parts it has. */
const BY_PARTS = ['database', 'schema', 'table'] as const;

/**
 * Reads an object's name, with its type or without, with or without its cluster in front (`main/shop.public.orders`). Undefined
 * for what is none.
 */
export function parseObjectName(text: string, action: string): ObjectName | undefined {
  const local = text.replace(/^[^"/.:(]+\//, '');
  const [, typed, rest = local] = TYPED.exec(local) ?? [];
  if (typed === 'parameter') return { type: typed, parts: [rest], column: undefined };
  const parts: string[] = [];
  let at = 0;
  for (;;) {
    PART.lastIndex = at;
    const found = PART.exec(rest);
    if (found === null) break;
    parts.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '');
    at = PART.lastIndex;
    if (rest[at] !== '.') break;
    at += 1;
  }
  const tail = rest.slice(at);
  const type = typed ?? BY_ACTION[action]?.[0] ?? BY_PARTS[parts.length - 1];
  if (type === undefined || parts.length === 0) return undefined;
  if (type === 'function')
    return { type, parts: [...parts.slice(0, -1), `${parts.at(-1) ?? ''}${tail}`], column: undefined };
  const column = /^\(([^)]*)\)$/.exec(tail)?.[1];
  return tail === '' || column !== undefined ? { type, parts, column } : undefined;
}

/** Whether a right on one object is one on another: `*` at the end stands for all of a schema or database. */
export function covers(given: ObjectName, asked: ObjectName): boolean {
  if (given.type !== asked.type) return false;
  const all = given.parts.at(-1) === '*';
  const fixed = all ? given.parts.slice(0, -1) : given.parts;
  if (all ? asked.parts.length <= fixed.length : asked.parts.length !== fixed.length) return false;
  return fixed.every(
    (part, index) => part === '*' || part === asked.parts[index] || sameFunction(given, part, asked.parts[index]),
  );
}

/** A function is asked for with or without its arguments; without, any of its name is meant. */
function sameFunction({ type }: ObjectName, given: string, asked: string | undefined): boolean {
  return type === 'function' && asked !== undefined && !asked.includes('(') && given.startsWith(`${asked}(`);
}
