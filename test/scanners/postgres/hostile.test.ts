import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { postgresScanner } from '../../../scanners/postgres/index.ts';
import { describeFact } from '../describe-fact.ts';
import { scanBytes } from '../scan-bytes.ts';

const fixture = (path: string) => readFileSync(new URL(`../../fixtures/scanners/postgres/${path}`, import.meta.url));
const ROLES = fixture('roles-dump/input/orders.roles.sql');
const SCHEMA = fixture('schema-dump/input/orders.shop.schema.sql');

async function facts(content: string | Uint8Array, chunk?: number, path = 'x.sql') {
  const scanned = await scanBytes(postgresScanner, path, content, chunk === undefined ? {} : { chunk });
  return { ...scanned, facts: scanned.facts.map(describeFact) };
}

describe('a dump', () => {
  test.each([
    ['roles', ROLES],
    ['schema', SCHEMA],
  ])('says the same however its stream is cut: %s', async (_, bytes) => {
    const whole = await facts(bytes);
    for (const chunk of [1, 7, 64, 1000]) expect(await facts(bytes, chunk)).toEqual(whole);
  });

  test('never tells of a stored password more than its scheme', async () => {
    // Made here, so that no file has what looks like one.
    const kept = ['md5', 'SCRAM-SHA-256$4096:', ''].map(
      (scheme, index) => `${scheme}${'0123456789abcdef'.repeat(2)}${scheme.startsWith('S') ? `$canary${index}` : ''}`,
    );
    const statements = kept.map(
      (value, index) =>
        `CREATE ROLE r${index};\nALTER ROLE r${index} WITH NOSUPERUSER INHERIT NOCREATEROLE NOCREATEDB LOGIN NOREPLICATION NOBYPASSRLS PASSWORD '${value}';\n`,
    );
    const csv = `rolname,rolsuper,rolcanlogin,rolpassword\n${kept.map((value, index) => `r${index},f,t,${value}`).join('\n')}\n`;
    for (const [path, text] of [
      ['x.sql', `-- PostgreSQL database cluster dump\n${statements.join('')}`],
      ['x.csv', csv],
    ] as const) {
      const scanned = await scanBytes(postgresScanner, path, text);
      expect(scanned.facts.flatMap(({ kind, body }) => (kind === 'credential' ? [body.attributes] : []))).toEqual([
        { scheme: 'md5' },
        { scheme: 'scram-sha-256' },
        { scheme: 'plain' },
      ]);
      expect(JSON.stringify(scanned)).not.toMatch(/0123456789abcdef|canary/);
    }
  });

  test('that was cut off is told, and says nothing of what is missing', async () => {
    for (let size = 60; size < ROLES.length; size += 37) {
      const { format, facts: found, problems } = await facts(ROLES.subarray(0, size));
      expect(format).toBe('dump');
      expect(found.some((fact) => fact.includes('read_memberships'))).toBe(false);
      expect(problems.length).toBeLessThanOrEqual(1);
    }
  });

  test('with hostile names', async () => {
    const name = 'a\n"b"\u202e<script>;--';
    const quoted = `"${name.replaceAll('"', '""')}"`;
    const { facts: found, problems } = await scanBytes(
      postgresScanner,
      'x.sql',
      `-- PostgreSQL database dump\nGRANT SELECT ON TABLE s.${quoted} TO ${quoted};\n`,
    );
    expect(problems).toEqual([]);
    expect(
      found.flatMap(({ kind, body }) => (kind === 'principal' && body.kind === 'role' ? [body.name] : [])),
    ).toEqual([name]);
  });

  test('goes on after characters that are no letters and take two units', async () => {
    const text = '-- PostgreSQL database dump\nGRANT \u{1F511}\u{33478} ON $$';
    const found = await facts(text);
    expect(found.problems).toEqual([expect.stringContaining('a statement that does not end')]);
    expect(await facts(text, 3)).toEqual(found);
  });

  test('whatever there is, it never fails but by saying so', async () => {
    const beginnings = [
      '',
      '-- PostgreSQL database cluster dump\n',
      '-- PostgreSQL database dump\nGRANT ',
      '-- PostgreSQL database dump\nCREATE FUNCTION f(',
      'rolname,rolsuper\n',
      '[{"rolname": "x", "rolsuper": ',
    ];
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        'GRANT ',
        ' ON ',
        ' TO ',
        '(',
        ')',
        '"',
        "'",
        '$$',
        '$a$',
        '--',
        '/*',
        '*/',
        ';',
        '\n',
        '\\.',
        'COPY t FROM stdin;\n',
        'ALTER ROLE x WITH ',
        'PASSWORD ',
        '{=r/x}',
        ',',
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...beginnings), fc.array(piece, { maxLength: 12 }), async (begin, rest) => {
        const text = begin + rest.join('');
        for (const path of ['x.sql', 'x.csv', 'x.json'])
          expect(await facts(text, undefined, path)).toEqual(await facts(text, 3, path));
      }),
      { numRuns: 150 },
    );
  });
});
