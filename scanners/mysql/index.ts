import type { Scanner } from '../../src/scan/scanner.ts';
import type { RowFormat } from '../sql/rows.ts';
import { readGrantTables } from './grant-tables.ts';
import { recogniseMysql } from './recognise.ts';
import { readStatements } from './statements-file.ts';

/** Accounts, roles and rights of MySQL and MariaDB: dumps of users, `SHOW GRANTS`, grant tables; see docs/sources/mysql.md. */
export const mysqlScanner: Scanner = {
  id: 'mysql',
  title: 'MySQL and MariaDB accounts and rights',
  recognise: recogniseMysql,
  async read(file, context) {
    const format = recogniseMysql(file);
    if (format === 'users-dump' || format === 'show-grants')
      await readStatements(file, context, format === 'show-grants');
    else if (format !== undefined)
      await readGrantTables(file, context, format.slice('grant-table-'.length) as RowFormat);
  },
};
