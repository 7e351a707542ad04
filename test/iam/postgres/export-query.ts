import { readFileSync } from 'node:fs';

/** The query that docs/sources/postgres.md gives, as it stands there. */
export const EXPORT =
  /```sql\n([\s\S]*?)```/.exec(
    readFileSync(new URL('../../../docs/sources/postgres.md', import.meta.url), 'utf8'),
  )?.[1] ?? '';
