import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asked, databaseOf, waysOf } from './database.ts';

const statement = fc.constantFrom(
  'GRANT team TO app WITH INHERIT TRUE;',
  'GRANT team TO app WITH INHERIT FALSE;',
  'GRANT boss TO team WITH INHERIT TRUE;',
  'GRANT boss TO team WITH ADMIN OPTION, INHERIT FALSE, SET FALSE;',
  'GRANT pg_read_all_data TO boss WITH INHERIT TRUE;',
  'GRANT pg_execute_server_program TO team WITH INHERIT TRUE;',
  'GRANT SELECT ON TABLE public.orders TO team;',
  'GRANT SELECT (id) ON TABLE public.orders TO app;',
  'GRANT ALL ON TABLE public.orders TO PUBLIC;',
  'GRANT USAGE ON SCHEMA s TO boss;',
  'GRANT INSERT ON TABLE s.items TO boss;',
  'GRANT ALTER SYSTEM ON PARAMETER archive_command TO boss;',
  'ALTER TABLE s.items OWNER TO team;',
  'GRANT app TO boss WITH INHERIT TRUE;',
);
const statements = fc.uniqueArray(statement, { maxLength: 8 });
/** The schema is known from the start: what nothing is said of counts as open, and the first word about it would take that away. */
const BASE = 'CREATE ROLE app LOGIN;\nCREATE ROLE team;\nCREATE ROLE boss;\nGRANT CREATE ON SCHEMA s TO boss;\n';
const QUESTIONS = [
  'SELECT shop.public.orders',
  'INSERT shop.s.items',
  'MEMBER boss',
  'SELECT shop.public.orders(id)',
  'ALTER_SYSTEM parameter:archive_command',
].map((question) => question.split(' ').map((word) => word.replace('_', ' ')));

async function answersOf(list: readonly string[], version: 16 | 'unknown' = 16) {
  const inventory = await databaseOf(BASE + list.join('\n'), version);
  return {
    answers: QUESTIONS.map(([action = '', resource = '']) => asked(inventory, 'app', action, resource)),
    ways: waysOf(inventory, 'app'),
  };
}
const rank = (answer: string | undefined) => (answer === 'no' ? 0 : answer === 'yes' ? 2 : 1);

test('another GRANT takes nothing away', async () => {
  await fc.assert(
    fc.asyncProperty(statements, statement, async (list, more) => {
      const [before, after] = [await answersOf(list), await answersOf([...list, more])];
      for (const [index, had] of before.answers.entries())
        expect(rank(after.answers[index])).toBeGreaterThanOrEqual(rank(had));
      // A membership that may be used without SET as well is told as the stronger way.
      const targets = (ways: readonly string[]) =>
        new Set(
          ways.map((way) => way.replace(/^pg-(?:set-role|inherit-owner|grant-role) /, 'become ').replace('?', '')),
        );
      const gone = [...targets(before.ways)].filter((way) => !targets(after.ways).has(way));
      expect(gone.filter((way) => !way.startsWith('become boss'))).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test('the order of statements does not matter', async () => {
  await fc.assert(
    fc.asyncProperty(statements, async (list) => {
      // Ownership is made before what it is made of: a dump has it so.
      const [here, there] = [await answersOf(list), await answersOf([...list].reverse())];
      expect(there.answers).toEqual(here.answers);
      expect([...there.ways].sort()).toEqual([...here.ways].sort());
    }),
    { numRuns: 60 },
  );
});

test('what was not read is never "no"', async () => {
  await fc.assert(
    fc.asyncProperty(statements, async (list) => {
      const { answers } = await answersOf(list, 'unknown');
      expect(answers.filter((answer) => answer === 'no')).toEqual([]);
    }),
    { numRuns: 40 },
  );
});
