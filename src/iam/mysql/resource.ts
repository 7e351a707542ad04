/** What a right is on, or what is asked: everything, a database or pattern of them, a table or routine, a column. */
export interface MysqlResource {
  readonly type: 'all' | 'database' | 'table' | 'function' | 'procedure' | 'package' | 'account';
  readonly database: string;
  readonly name: string;
  readonly column: string | undefined;
}

const TYPED = /^(function|procedure|package):/;
const PARTS = /^(`(?:[^`]|``)*`|[^.`(:]+)(?:\.(\*|`(?:[^`]|``)*`|[^`(]+))?(?:\((`(?:[^`]|``)*`|[^`)]+)\))?$/;

/** Reads `*.*`, `shop.*`, `shop.orders`, `shop.orders(id)`, `procedure:shop.p`, `account:app@%`; undefined for what is none. */
export function parseResource(text: string): MysqlResource | undefined {
  if (text === '*.*' || text === '*') return { type: 'all', database: '', name: '', column: undefined };
  if (text.startsWith('account:'))
    return { type: 'account', database: '', name: text.slice('account:'.length), column: undefined };
  const type = TYPED.exec(text)?.[1] as 'function' | 'procedure' | 'package' | undefined;
  const found = PARTS.exec(type === undefined ? text : text.slice(type.length + 1));
  if (found === null) return undefined;
  const [, database = '', name = '*', column] = found;
  if (name === '*') return { type: 'database', database: plain(database), name: '', column: undefined };
  return {
    type: type ?? 'table',
    database: plain(database),
    name: plain(name),
    column: column === undefined ? undefined : plain(column),
  };
}

function plain(part: string): string {
  return part.startsWith('`') ? part.slice(1, -1).replaceAll('``', '`') : part;
}
