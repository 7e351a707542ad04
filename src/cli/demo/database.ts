import { Client } from 'pg';
import { embeddedBinaries, startThrowAwayPostgres } from './throw-away-postgres.ts';

/** The orders database of the example organisation. */
export interface OrdersDatabase {
  readonly port: number;
  /** Of the role that makes leased roles: it may create roles, and is no superuser. */
  readonly brokerUrl: string;
  /** Sets the password that leaked. */
  usePassword(password: string): Promise<void>;
  stop(): Promise<void>;
}

const SCHEMA = `
create table orders (id serial primary key, customer text not null, total numeric not null);
insert into orders (customer, total) values ('north pier', 120), ('south pier', 80), ('old harbour', 310);
create role orders_reader nologin;
create role orders_writer nologin;
grant select on orders to orders_reader;
grant select, insert, update on orders to orders_writer;
create role orders_app login;
grant orders_writer to orders_app;
`;

/** Starts it, or gives undefined where no PostgreSQL can be had. */
export async function startOrdersDatabase(brokerPassword: string): Promise<OrdersDatabase | undefined> {
  const binaries = await embeddedBinaries();
  if (binaries === undefined) return undefined;
  const server = await startThrowAwayPostgres(binaries);
  const execute = async (database: string, statements: string) => {
    const client = new Client({ connectionString: server.url.replace(/postgres$/, database) });
    await client.connect();
    try {
      await client.query(statements);
    } finally {
      await client.end();
    }
  };
  try {
    await execute('postgres', 'create database orders');
    await execute('orders', SCHEMA);
    await execute(
      'orders',
      `create role lapse_broker login createrole password '${brokerPassword}';
       grant orders_reader, orders_writer to lapse_broker with admin option`,
    );
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    port: server.port,
    brokerUrl: `postgres://lapse_broker:${brokerPassword}@127.0.0.1:${server.port}/orders`,
    usePassword: (password) => execute('orders', `alter role orders_app password '${password}'`),
    stop: () => server.stop(),
  };
}

/** Logs in and runs a statement; the server's answer, or its refusal. */
export async function tryStatement(url: string, statement: string): Promise<string> {
  const client = new Client({ connectionString: url });
  // A session that the server ends in between is what the demo shows, not a failure of it.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query(statement);
    return rows.map((row) => Object.values(row).join(' | ')).join('\n');
  } catch (error) {
    return `refused: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    await client.end().catch(() => undefined);
  }
}
