import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadRules } from '../../../../src/scan/secrets/load-rules.ts';
import { ruleSet } from '../../../../src/scan/secrets/rule-set.ts';
import { findSecrets, findSecretsIn } from '../../../../src/scan/secrets/secret-search.ts';
import type { Considered } from '../../../../src/scan/secrets/trace.ts';
import { ACME_RULES } from '../../../support/acme-rules.ts';

const examples = 'examples: {match: [x], ignore: [y]}';
const rules = ruleSet(
  loadRules([
    ACME_RULES,
    {
      path: 'generic.yaml',
      text: `vendor: generic
name: Generic
docs: https://acme.example/docs
rules:
  - {id: password, title: Password, assignment: password, ${examples}}
`,
    },
  ]),
);
const options = { rules, now: new Date('2026-01-01T00:00:00Z'), honourComments: true };
const TOKEN = `acme_${'q7w3e9r5t1y8u2i6o4p0'}`;
const OTHER = `acme_${'z9x8c7v6b5n4m3a2s1d0'}`;

function found(text: string | Buffer) {
  const { secrets } = findSecretsIn(Buffer.from(text), options);
  return secrets.map(({ value, encoding, line, column, endColumn }) => ({
    value: value.reveal(),
    encoding,
    line,
    column,
    endColumn,
  }));
}

/** What can be done to a text so that it says the same in another form; `over` are its characters one by one. */
const over = (text: string, form: (code: number) => string) =>
  [...Buffer.from(text, 'latin1')].map((code) => form(code)).join('');
const hex = (code: number, width: number) => code.toString(16).padStart(width, '0');

const FORMS: Readonly<Record<string, (text: string) => string>> = {
  base64: (text) => Buffer.from(text).toString('base64'),
  'base64 without padding': (text) => Buffer.from(text).toString('base64').replace(/=+$/, ''),
  'base64 for addresses': (text) => Buffer.from(text).toString('base64url'),
  'base64 in lines': (text) =>
    Buffer.from(text)
      .toString('base64')
      .replaceAll(/.{76}(?=.)/g, '$&\n  '),
  hex: (text) => Buffer.from(text).toString('hex'),
  'hex in capitals': (text) => Buffer.from(text).toString('hex').toUpperCase(),
  percent: (text) => over(text, (code) => `%${hex(code, 2)}`),
  'html decimal': (text) => over(text, (code) => `&#${code};`),
  'html hex': (text) => over(text, (code) => `&#x${hex(code, 2)};`),
  'unicode JSON': (text) => over(text, (code) => `\\u${hex(code, 4)}`),
  'unicode bytes': (text) => over(text, (code) => `\\x${hex(code, 2)}`),
  'unicode braces': (text) => over(text, (code) => `\\u{${hex(code, 1)}}`),
};
const ENCODING: Readonly<Record<string, string>> = Object.fromEntries(
  Object.keys(FORMS).map((name) => [name, name.split(' ')[0] ?? '']),
);

describe.each(Object.keys(FORMS))('%s', (name) => {
  const form = FORMS[name] ?? ((text: string) => text);

  test('the secret is found, equal, where it stands', () => {
    const encoded = form(TOKEN);
    const text = `first line\nkey: "${encoded}" # end\n`;
    expect(found(text)).toEqual([
      { value: TOKEN, encoding: ENCODING[name], line: 2, column: 7, endColumn: 7 + encoded.replace(/=+$/, '').length },
    ]);
  });

  test('several within one piece, each at its own part', () => {
    const encoded = form(`a: ${TOKEN}\nb: ${OTHER}\n${'some more text '.repeat(10)}`);
    const places = found(`x ${encoded} y`);
    expect(places.map(({ value }) => value)).toEqual([TOKEN, OTHER]);
    expect(places[0]).not.toEqual(places[1]);
  });
});

test('what is only partly written in another form', () => {
  expect(found(`u=https%3A%2F%2Fx.example%2F%3Fkey%3D${TOKEN}%26a%3Db`)[0]).toMatchObject({ value: TOKEN });
  const password = ['j6', 'Hq', '9w', 'Zr', 'Tk'].join('');
  expect(found(`{&quot;password&quot;: &quot;${password}&quot;}`)).toMatchObject([
    { value: password, encoding: 'html' },
  ]);
  expect(found(`x password\\u003d\\u0022${password}\\u0022 y`)).toMatchObject([
    { value: password, encoding: 'unicode' },
  ]);
});

test('a secret that is found as it stands is not told again', () => {
  expect(found(`?a%3Db&key=${TOKEN}&c%3Dd`)).toEqual([
    { value: TOKEN, encoding: undefined, line: 1, column: 12, endColumn: 12 + TOKEN.length },
  ]);
});

test('base64 of text in two bytes per character, as PowerShell takes it', () => {
  const encoded = Buffer.from(`$key = '${TOKEN}'`, 'utf16le').toString('base64');
  expect(found(`powershell -EncodedCommand ${encoded}`)).toMatchObject([{ value: TOKEN, encoding: 'base64>utf-16' }]);
});

test('base64 behind an escaped line end, and in the lines of a string', () => {
  const encoded = Buffer.from(`the key is ${TOKEN}, and this is some more text for another line of it`).toString(
    'base64',
  );
  expect(found(`"text\\n${encoded}"`)).toMatchObject([{ value: TOKEN }]);
  const lines = encoded.replaceAll(/.{64}(?=.)/g, '$&\\n');
  expect(found(`"${lines}"`)).toMatchObject([{ value: TOKEN }]);
  const joined = encoded.replaceAll(/.{64}(?=.)/g, '$&" +\n    "');
  expect(found(`"${joined}"`)).toMatchObject([{ value: TOKEN, line: 1 }]);
});

test('data in addresses', () => {
  const base64 = Buffer.from(`{"key": "${TOKEN}"}`).toString('base64');
  expect(found(`<a href="data:application/json;charset=utf-8;base64,${base64}">`)).toMatchObject([
    { value: TOKEN, encoding: 'base64' },
  ]);
  expect(found(`url(data:application/json,%7B%22key%22%3A%22${TOKEN}%22%7D)`)).toMatchObject([{ value: TOKEN }]);
  // An address within an address: the base64 has its marks as escapes.
  expect(found(`?to=${encodeURIComponent(`data:text/plain;base64,${btoa(`??? ${TOKEN}`)}`)}`)).toMatchObject([
    { value: TOKEN, encoding: expect.stringMatching(/base64$/) },
  ]);
});

describe('JSON in JSON', () => {
  const password = ['j6', 'Hq', '9w', 'Zr', 'Tk'].join('');
  const asString = (text: string, times: number): string =>
    times === 0 ? text : asString(JSON.stringify(text), times - 1);

  test.each([1, 2, 3, 4, 5])('%i times', (times) => {
    const text = asString(JSON.stringify({ user: 'x', password, tokens: [`a\n${TOKEN}`] }), times);
    expect(found(`x: ${text}`).map(({ value }) => value)).toEqual(expect.arrayContaining([password, TOKEN]));
  });

  test('over several lines', () => {
    const text = asString(JSON.stringify({ a: { password, b: `\t${TOKEN}` } }, undefined, 2), 1);
    expect(found(text).map(({ value }) => value)).toEqual([password, TOKEN]);
  });

  test('the place is that of the secret', () => {
    const text = asString(JSON.stringify({ password }), 4);
    const column = 3 + text.indexOf(password);
    expect(found(`x\n  ${text}`)).toMatchObject([
      {
        value: password,
        encoding: expect.stringMatching(/^json/),
        line: 2,
        column,
        endColumn: column + password.length,
      },
    ]);
  });

  test('braces, escapes and line ends of a program are none', () => {
    for (const text of ['if (a) {\\n', 'printf("{\\n  x")', '{\\', '{\\"', '{\\n    ', '{\\\\'])
      expect(found(text)).toEqual([]);
  });
});

describe('quoted-printable', () => {
  test('what is escaped, and lines that are broken within a secret', () => {
    expect(found(`key=3D${TOKEN}=20=\n`)).toEqual([
      { value: TOKEN, encoding: 'quoted-printable', line: 1, column: 7, endColumn: 7 + TOKEN.length },
    ]);
    const password = ['j6', 'Hq', '9w', 'Zr', 'Tk'].join('');
    expect(found(`password =3D "${password}"`)).toMatchObject([{ value: password, encoding: 'quoted-printable' }]);
    for (const end of ['\n', '\r\n']) {
      const line = `${'words of a letter '.repeat(4).slice(0, 65)} ${TOKEN.slice(0, 9)}=${end}${TOKEN.slice(9)} and more`;
      expect(found(`Dear all,${end}${line}${end}`)).toEqual([
        { value: TOKEN, encoding: 'quoted-printable', line: 2, column: 67, endColumn: 77 },
      ]);
    }
  });

  test('a line of another length that ends so is none', () => {
    expect(found(`short ${TOKEN.slice(0, 9)}=\n${TOKEN.slice(9)}`)).toEqual([]);
    expect(found(`${'x '.repeat(60)}${TOKEN.slice(0, 9)}=\n${TOKEN.slice(9)}`)).toEqual([]);
  });
});

describe('compressed and then encoded', () => {
  const packed = (text: string | Buffer) => gzipSync(text).toString('base64');

  test('each secret of it is found, at its beginning', () => {
    const text = packed(`a: ${TOKEN}\n${'some more text '.repeat(10)}\nb: ${OTHER}\n`);
    const places = found(`first\nkey: ${text} # end`);
    expect(places.map(({ value }) => value)).toEqual([TOKEN, OTHER]);
    for (const place of places)
      expect(place).toMatchObject({ encoding: 'base64>gzip', line: 2, column: 6, endColumn: 6 + 64 });
  });

  test('in lines, in hex, in base64 once more, as releases of Helm are kept', () => {
    const text = packed(
      `key = "${TOKEN}"\n${Array.from({ length: 60 }, (_, index) => `line ${index * 7919}`).join('\n')}`,
    );
    expect(found(text.replaceAll(/.{76}(?=.)/g, '$&\n  '))).toMatchObject([{ value: TOKEN }]);
    expect(found(Buffer.from(text, 'base64').toString('hex'))).toMatchObject([{ value: TOKEN, encoding: 'hex>gzip' }]);
    expect(found(`release: ${Buffer.from(text).toString('base64')}`)).toMatchObject([
      { value: TOKEN, encoding: 'base64>base64>gzip' },
    ]);
    expect(found(packed(`{"a": "${packed(`x ${TOKEN} y ${OTHER}`)}"}`)).map(({ value }) => value)).toEqual([
      TOKEN,
      OTHER,
    ]);
  });

  test('what is there of one that is cut off; nothing of what is damaged or no text', () => {
    const text = packed(`key = "${TOKEN}"\n${Array.from({ length: 500 }, (_, index) => index * 7919).join(' ')}`);
    expect(found(text.slice(0, Math.floor(text.length * 0.9)))).toMatchObject([{ value: TOKEN }]);
    expect(found(`H4sI${'A'.repeat(60)}`)).toEqual([]);
    expect(found(packed(Buffer.from(Array.from({ length: 4_000 }, (_, index) => (index * 167) % 31))))).toEqual([]);
  });

  test('a bomb is not unpacked, and that is told', () => {
    const bomb = packed(Buffer.alloc(64 * 1024 * 1024, 'a'));
    const { secrets, notDecoded } = findSecretsIn(Buffer.from(`${bomb} ${packed(TOKEN)} ${TOKEN}`), options);
    expect(secrets.map(({ value }) => value.reveal())).toEqual([TOKEN]);
    expect(notDecoded).toBe(true);
  });

  test('very many of them come to an end, and that is told', () => {
    const { notDecoded } = findSecretsIn(Buffer.from(`${packed('short')} `.repeat(20_000)), options);
    expect(notDecoded).toBe(true);
  });
});

test('whoever asks is told what was looked at in encoded text, where it stands, and how it is encoded', () => {
  const told: Considered[] = [];
  const encoded = Buffer.from(`acme_tooshort ${'x'.repeat(20)} password = "changeme"`).toString('base64');
  const text = `first\nx: ${JSON.stringify(JSON.stringify({ inner: encoded, token: TOKEN }))}`;
  findSecretsIn(Buffer.from(text), { ...options, trace: (one) => told.push(one) });
  const column = 1 + (text.split('\n')[1] ?? '').indexOf(encoded);
  const dropped = told.filter(({ encoding }) => encoding === 'base64');
  expect(dropped.map(({ rule, reason }) => `${rule} ${reason}`)).toEqual([
    'acme/token no-match',
    'generic/password placeholder',
  ]);
  expect(dropped[0]).toMatchObject({ line: 2, column });
  expect(dropped[1]?.column).toBeGreaterThan(column + 40);
  expect(dropped[1]?.endColumn).toBeLessThanOrEqual(column + encoded.length);
  expect(told.filter(({ reason }) => reason === 'kept')).toHaveLength(1);
});

test('a comment beside the encoded piece suppresses what is in it', () => {
  expect(found(`${Buffer.from(TOKEN).toString('base64')} # lapse:allow made up for a test`)).toEqual([]);
});

test('what is encoded more often than anybody would is not decoded', () => {
  let text = TOKEN;
  for (let depth = 0; depth < 5; depth++) text = Buffer.from(text).toString('base64');
  expect(found(text)).toMatchObject([{ value: TOKEN, encoding: Array(5).fill('base64').join('>') }]);
  expect(found(Buffer.from(text).toString('base64'))).toEqual([]);
});

test('in text that comes in pieces', async () => {
  const line = `${'filler of the text that says nothing '.repeat(20)}\n`;
  const encoded = FORMS['base64 in lines']?.(`${line.repeat(40)}${TOKEN}\n${line.repeat(40)}`) ?? '';
  const text = Buffer.from(`${line.repeat(100)}${encoded}\n${line.repeat(100)}`);
  for (const size of [1_000, 70_000, 65_536]) {
    const pieces = async function* () {
      for (let at = 0; at < text.length; at += size) yield text.subarray(at, at + size);
    };
    const { secrets } = await findSecrets(pieces(), options);
    expect(secrets.map(({ value }) => value.reveal())).toEqual([TOKEN]);
  }
});

test('any nesting, anywhere in any text', () => {
  const names = Object.keys(FORMS);
  const filler = fc.string({ unit: fc.constantFrom(...'abc xyz .,;(){}\n\t012'), maxLength: 300 });
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 5 }),
      filler,
      filler,
      fc.string({ unit: fc.constantFrom(...'abcdefghijklmnop0123456789'), minLength: 20, maxLength: 20 }),
      (nesting, before, behind, body) => {
        const token = `acme_${body}`;
        let encoded = token;
        for (const name of nesting) encoded = FORMS[name]?.(encoded) ?? '';
        // What is many times as large as the text around it is for the test of the budget.
        fc.pre(encoded.length < 60_000);
        const text = `${before} "${encoded}" ${behind}`;
        const secrets = findSecretsIn(Buffer.from(text), options).secrets.filter(
          ({ rule }) => rule.id === 'acme/token',
        );
        expect(secrets.map(({ value }) => value.reveal())).toEqual([token]);
        expect(secrets[0]?.encoding).toBe(
          nesting
            .map((name) => ENCODING[name])
            .toReversed()
            .join('>'),
        );
        const start = `${before} "`.split('\n');
        expect(secrets[0]).toMatchObject({ line: start.length, column: (start.at(-1)?.length ?? 0) + 1 });
      },
    ),
    { numRuns: 300 },
  );
});

test('whatever is made of encoded text does no harm', () => {
  const form = fc.constantFrom(...Object.values(FORMS));
  const piece = fc.oneof(
    fc.tuple(form, form, fc.string({ maxLength: 60 })).map(([outer, inner, text]) => outer(inner(text))),
    fc.constantFrom('%', '%4', '%25', '&#', '&#x', '&quot;', '\\u', '\\x', '\\u{', '\\U000', '====', '\\n', '\0'),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constant(Buffer.from(TOKEN).toString('base64')),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), fc.nat(), (pieces, cut) => {
      const text = Buffer.from(pieces.join(''));
      const start = performance.now();
      const { secrets } = findSecretsIn(text.subarray(cut % (text.length + 1)), options);
      expect(performance.now() - start).toBeLessThan(1_000);
      for (const { column, endColumn } of secrets) expect(endColumn).toBeGreaterThan(column);
    }),
    { numRuns: 1_000 },
  );
});
