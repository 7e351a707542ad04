/** How two families of servers write SQL differently, as far as statements and their tokens go. */
export interface SqlDialect {
  /** What stands in double quotes. */
  readonly doubleQuoted: 'name' | 'text';
  /** `` `names` ``, `# comments`, `/*! code *\/`, `DELIMITER`, and backslashes in every text (MySQL). */
  readonly mysql: boolean;
}

/** PostgreSQL's, as `psql` reads it: dollar quotes, `E''`, nested comments, backslash commands, data after `COPY … FROM stdin`. */
export const POSTGRES: SqlDialect = { doubleQuoted: 'name', mysql: false };

/** That of MySQL and MariaDB, as their client reads it. */
export const MYSQL: SqlDialect = { doubleQuoted: 'text', mysql: true };
