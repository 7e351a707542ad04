import type { Kysely } from 'kysely';
import type { IssuerSchema } from './schema.ts';

/** Reads a value that is drawn at the first opening and never again, whoever else opens at the same time. */
export async function drawOnce(db: Kysely<IssuerSchema>, key: string, draw: () => string): Promise<string> {
  const find = () => db.selectFrom('meta').select('value').where('key', '=', key);
  const found = await find().executeTakeFirst();
  if (found !== undefined) return found.value;
  await db
    .insertInto('meta')
    .values({ key, value: draw() })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return (await find().executeTakeFirstOrThrow()).value;
}
