import type { Scanner } from '../../src/scan/scanner.ts';
import { readCatalogRows } from './catalog-rows.ts';
import { readDump } from './dump.ts';
import { recognisePostgres } from './recognise.ts';

/** Roles and rights of PostgreSQL: dumps, and answers of its catalogue; see docs/sources/postgres.md. */
export const postgresScanner: Scanner = {
  id: 'postgres',
  title: 'PostgreSQL roles and rights',
  recognise: recognisePostgres,
  async read(file, context) {
    const format = recognisePostgres(file);
    if (format === 'dump') await readDump(file, context);
    else if (format !== undefined) await readCatalogRows(file, context, format === 'catalog-csv' ? 'csv' : 'json');
  },
};
