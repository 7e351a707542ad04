import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadRules } from '../../../../src/scan/secrets/load-rules.ts';
import { ruleSet } from '../../../../src/scan/secrets/rule-set.ts';
import { findSecrets, findSecretsIn } from '../../../../src/scan/secrets/secret-search.ts';

const examples = 'examples: {match: [x], ignore: [y]}';
const rules = ruleSet(
  loadRules([
    {
      path: 'acme.yaml',
      text: `vendor: acme
name: Acme
docs: https://acme.example/docs
rules:
  - {id: token, title: Acme token, confidence: structured, keywords: [acme_], pattern: 'acme_[a-z0-9]{20}', ${examples}}
`,
    },
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
  return secrets.map(({ value, facts, line, column, endColumn }) => ({
    value: value.reveal(),
    encoding: facts?.encoding,
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
        expect(secrets[0]?.facts?.encoding).toBe(
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
