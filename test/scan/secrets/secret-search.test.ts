import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadRules } from '../../../src/scan/secrets/load-rules.ts';
import { ruleSet } from '../../../src/scan/secrets/rule-set.ts';
import { findSecrets, findSecretsIn } from '../../../src/scan/secrets/secret-search.ts';
import { ACME_RULES } from '../../support/acme-rules.ts';

const examples = '    examples: {match: [x], ignore: [y]}\n';
/** A few rules of each form, so that these tests do not depend on what vendors do. */
const rules = ruleSet(
  loadRules([
    ACME_RULES,
    {
      path: 'acme-more.yaml',
      text: `vendor: acme
name: Acme
docs: https://acme.example/docs
rules:
  - id: marked
    title: Acme key with a mark inside
    confidence: structured
    keywords: [zzmark]
    pattern: '[A-Za-z0-9]{10}zzMARK[A-Za-z0-9]{4}'
${examples}  - id: key
    title: Acme key
    names: [acme]
    value: '[a-f0-9]{32}'
${examples}`,
    },
    {
      path: 'generic.yaml',
      text: `vendor: generic
name: Generic
docs: https://acme.example/docs
rules:
  - id: private-key
    title: Private key
    confidence: structured
    keywords: ['private key']
    pattern: '-----BEGIN PRIVATE KEY-----(?:[^-]|-(?!-)){40,16000}'
    before: 40
    open_end: true
    decode: private-key
${examples}  - {id: password, title: Password, assignment: password, examples: {match: [x], ignore: [y]}}
  - {id: token, title: Token, assignment: token, examples: {match: [x], ignore: [y]}}
`,
    },
  ]),
);

const options = { rules, now: new Date('2026-03-01T12:00:00Z'), honourComments: true };
const TOKEN = ['acme', 'x7k2m9q4w8e1r5t3y6u0'].join('_');
const OTHER = ['acme', '0u6y3t5r1e8w4q9m2k7x'].join('_');
const PASSWORD = ['Qz7', 'tR4v'].join('!');
const HEX = ['9f86d081884c7d65', '9a2feaa0c55ad015'].join('');

function found(text: string | Buffer): string[] {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  return findSecretsIn(bytes, options).secrets.map(
    ({ rule, line, column, endColumn }) => `${rule.id} ${line}:${column}-${endColumn}`,
  );
}

async function foundInPieces(bytes: Buffer, sizes: (index: number) => number): Promise<string[]> {
  async function* pieces() {
    for (let at = 0, index = 0; at < bytes.length; index++) {
      const size = Math.max(1, sizes(index));
      yield bytes.subarray(at, at + size);
      at += size;
    }
  }
  const { secrets } = await findSecrets(pieces(), options);
  return secrets.map(({ rule, line, column, endColumn }) => `${rule.id} ${line}:${column}-${endColumn}`);
}

describe('places', () => {
  it.each([
    ['at the beginning', `${TOKEN}\n`, ['acme/token 1:1-26']],
    ['at the end, without a line end', `a\n  ${TOKEN}`, ['acme/token 2:3-28']],
    ['after CRLF', `a\r\nb\r\n${TOKEN}\r\n`, ['acme/token 3:1-26']],
    ['behind characters of two, three and four bytes', `ü€😀 ${TOKEN}`, ['acme/token 1:6-31']],
    ['behind a tab', `\t${TOKEN}`, ['acme/token 1:2-27']],
    ['twice on one line', `${TOKEN} ${OTHER}`, ['acme/token 1:1-26', 'acme/token 1:27-52']],
    [
      'many times on one line',
      Array(5).fill(TOKEN).join(','),
      [1, 27, 53, 79, 105].map((column) => `acme/token 1:${column}-${column + 25}`),
    ],
    [
      'over several lines: the first one counts',
      `x = """\n-----BEGIN PRIVATE KEY-----\n${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEA\n'.repeat(3)}-----END PRIVATE KEY-----"""`,
      ['generic/private-key 2:1-28'],
    ],
    ['with a lone carriage return in the line', `a\rb ${TOKEN}`, ['acme/token 1:5-30']],
  ])('are exact %s', (_, text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it('are exact far to the right of a long line', () => {
    expect(found(`${'x '.repeat(2_000_000)}${TOKEN}${' y'.repeat(1_000)}`)).toEqual(['acme/token 1:4000001-4000026']);
  });

  it('are exact in invalid UTF-8', () => {
    expect(found(Buffer.concat([Buffer.from([0xff, 0xfe, 0xc3, 0x28, 10]), Buffer.from(TOKEN)]))).toEqual([
      'acme/token 2:1-26',
    ]);
  });
});

describe('edges', () => {
  it.each([
    ['a letter before it', `x${TOKEN}`],
    ['a digit behind it', `${TOKEN}1`],
    ['an underscore behind it', `${TOKEN}_x`],
    ['one character less', TOKEN.slice(0, -1)],
    ['another case', TOKEN.toUpperCase()],
    ['the name of a file', `${TOKEN}.png`],
  ])('do not match %s', (_, text) => {
    expect(found(text)).toEqual([]);
  });

  it.each([
    ['quotes', `"${TOKEN}"`, 2],
    ['an escaped line end before it', `\\n${TOKEN}\\n`, 3],
    ['a percent escape before it', `a%3D${TOKEN}%0A`, 5],
    ['an end of a sentence behind it', `It is ${TOKEN}.`, 7],
    ['a tag', `<b>${TOKEN}</b>`, 4],
  ])('match between %s', (_, text, column) => {
    expect(found(text)).toEqual([`acme/token 1:${column}-${column + 25}`]);
  });

  it('find a keyword in the middle of the secret, and only once where there are two', () => {
    expect(found('a1b2c3d4e5zzMARKf6g7')).toEqual(['acme/marked 1:1-21']);
    expect(found('zzMARKzzMARK a1b2c3d4e5zzMARKf6g7 zzmark')).toEqual(['acme/marked 1:14-34']);
  });
});

describe('pieces', () => {
  const filler = 'The quick brown fox jumps over the lazy dog, says the ü.\r\n';
  const text = Buffer.from(
    [
      TOKEN,
      filler.repeat(900),
      `password = "${PASSWORD}"`,
      filler.repeat(450),
      `-----BEGIN PRIVATE KEY-----\n${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEA\n'.repeat(300)}-----END PRIVATE KEY-----`,
      `acme key: ${HEX}`,
      'x'.repeat(30_000),
      `${OTHER} ${TOKEN}`,
      filler.repeat(600),
      `a1b2c3d4e5zzMARKf6g7`,
    ].join('\n'),
  );
  const whole = found(text);

  it('make no difference', async () => {
    expect(whole.map((line) => line.split(' ')[0])).toEqual([
      'acme/token',
      'generic/password',
      'generic/private-key',
      'acme/key',
      'acme/token',
      'acme/token',
      'acme/marked',
    ]);
    const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1_000, max: 70_000 })), {
      minLength: 1,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(sizes, async (some) => {
        // Small pieces only now and then: a thousand of one byte tell no more than ten do.
        const size = (index: number) => (index < some.length ? (some[index] ?? 1) : 50_000);
        expect(await foundInPieces(text, size)).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });

  it('may be cut in every byte of a secret', async () => {
    const long = Buffer.from(`${filler.repeat(800)}key=${TOKEN}\n${filler.repeat(800)}`);
    const at = long.indexOf('acme_');
    for (let cut = at - 2; cut <= at + TOKEN.length + 1; cut++) {
      expect(await foundInPieces(long, (index) => (index === 0 ? cut : 1_000_000))).toEqual(found(long));
    }
  });
});

describe('one secret', () => {
  it('is told by the surest rule that sees it', () => {
    expect(found(`acme_token = "${TOKEN}"`)).toEqual(['acme/token 1:15-40']);
    expect(found(`api_token = "${HEX}"`)).toEqual(['generic/token 1:14-46']);
    expect(found(`acme_api_token = "${HEX}"`)).toEqual(['acme/key 1:19-51']);
  });

  it('is told by the vendor whose name is nearest before it', () => {
    const value = 'c0ffee51'.repeat(2) + '0badf00d'.repeat(2).replace('0', '9');
    const two = ruleSet(
      loadRules(
        ['acme', 'brick'].map((vendor) => ({
          path: `${vendor}.yaml`,
          text: `vendor: ${vendor}\nname: X\ndocs: https://acme.example/\nrules:\n  - id: key\n    title: Key\n    names: [${vendor}]\n    value: '[a-f0-9]{32}'\n${examples}`,
        })),
      ),
    );
    const text = `acme_key: see vault\nbrick_key: ${value}\n`;
    const { secrets } = findSecretsIn(Buffer.from(text), { rules: two, now: new Date(0), honourComments: false });
    expect(secrets.map((secret) => secret.vendor)).toEqual(['brick']);
  });

  it('is not told by a generic rule when it begins like a known one and has another form', () => {
    expect(found(`api_token = "${TOKEN.slice(0, -3)}"`)).toEqual([]);
  });

  it('cannot be printed', () => {
    const { secrets } = findSecretsIn(Buffer.from(`password = "${PASSWORD}"\n${TOKEN}`), options);
    expect(secrets).toHaveLength(2);
    expect(JSON.stringify(secrets)).not.toMatch(/tR4v|x7k2m9/);
    expect(`${secrets[0]?.value}`).toBe('[secret]');
    expect(secrets.map((secret) => secret.value.reveal())).toEqual([PASSWORD, TOKEN]);
    expect(secrets.map((secret) => secret.hint)).toEqual([undefined, 'acme_…y6u0']);
  });

  it('is decoded from UTF-8', () => {
    const { secrets } = findSecretsIn(Buffer.from(`password = "${'Pä55wörtchen€'}"`), options);
    expect(secrets.map((secret) => [secret.value.reveal(), secret.endColumn])).toEqual([['Pä55wörtchen€', 26]]);
  });
});

describe('lapse:allow', () => {
  it.each([
    ['a reason', `${TOKEN} # lapse:allow sample of the documentation`, 0],
    ['a reason in front', `/* lapse:allow: sample */ ${TOKEN}`, 0],
    ['no reason', `${TOKEN} # lapse:allow`, 1],
    ['only punctuation for a reason', `${TOKEN} <!-- lapse:allow -->`, 1],
    ['a reason on the next line', `${TOKEN}\n# lapse:allow sample`, 1],
    ['a reason on the line before', `# lapse:allow sample\n${TOKEN}`, 1],
    ['a comment for the next line', `# lapse:allow-next-line sample\n${TOKEN}`, 0],
    ['one for the next line without a reason', `// lapse:allow-next-line\n${TOKEN}`, 1],
    ['one for the next line on its own line', `${TOKEN} # lapse:allow-next-line sample`, 1],
    ['one for the next line two lines above', `# lapse:allow-next-line sample\n\n${TOKEN}`, 1],
    ['a reason in another script', `${TOKEN} // lapse:allow 見本`, 0],
    ['another word', `${TOKEN} # lapse:allowed sample`, 1],
    ['in upper case', `${TOKEN} REM LAPSE:ALLOW sample`, 0],
  ])('with %s', (_, text, count) => {
    expect(found(text)).toHaveLength(count);
    expect(findSecretsIn(Buffer.from(text), { ...options, honourComments: false }).secrets).toHaveLength(1);
  });
});

describe('comments that suppress nothing', () => {
  const idle = (text: string) =>
    findSecretsIn(Buffer.from(text), options).idleComments.map(
      ({ line, column, hasReason, nextLine, inComment }) =>
        `${line}:${column}${hasReason ? '' : ' no reason'}${nextLine ? ' next' : ''}${inComment ? '' : ' prose'}`,
    );

  it.each([
    ['used', `${TOKEN} # lapse:allow sample`, []],
    ['nothing on its line', 'x = 1 # lapse:allow sample', ['1:9']],
    ['no reason', `\n${TOKEN} -- lapse:allow`, ['2:30 no reason']],
    ['nothing on the next line', `<!-- lapse:allow-next-line sample -->\nx\n${TOKEN}`, ['1:6 next']],
    ['only mentioned', 'write `lapse:allow <reason>` there', ['1:8 prose']],
    ['one of two', `${TOKEN} # lapse:allow sample\nb # lapse:allow sample`, ['2:5']],
  ])('%s', (_, text, expected) => {
    expect(idle(text)).toEqual(expected);
    expect(findSecretsIn(Buffer.from(text), { ...options, honourComments: false }).idleComments).toEqual([]);
  });

  it('are told whatever the pieces', async () => {
    const text = `${'x\n'.repeat(40_000)}# lapse:allow sample\n${TOKEN} # lapse:allow-next-line why\n`.repeat(2);
    async function* pieces() {
      for (let at = 0; at < text.length; at += 7_001) yield Buffer.from(text.slice(at, at + 7_001));
    }
    const { idleComments, secrets } = await findSecrets(pieces(), options);
    expect(secrets).toHaveLength(2);
    expect(idleComments.map(({ line }) => line)).toEqual([40_001, 40_002, 80_003, 80_004]);
  });
});

describe('a trace', () => {
  const traced = (text: string) => {
    const told: string[] = [];
    findSecretsIn(Buffer.from(text), {
      ...options,
      trace: ({ rule, reason, line, column, endColumn, by }) =>
        told.push(`${line}:${column}-${endColumn} ${rule} ${reason}${by === undefined ? '' : ` ${by}`}`),
    });
    return told.sort();
  };

  it.each([
    ['kept', TOKEN, ['1:1-26 acme/token kept']],
    ['too short', 'acme_x7k2', ['1:1-6 acme/token no-match']],
    ['part of longer', `${TOKEN}zz`, ['1:1-26 acme/token part-of-longer']],
    ['placeholder', 'password = "changeme"', ['1:13-21 generic/password placeholder']],
    ['allowed', `x\n${TOKEN} # lapse:allow sample`, ['2:1-26 acme/token allowed-by-comment']],
  ])('%s', (_, text, expected) => {
    expect(traced(text)).toEqual(expect.arrayContaining(expected));
  });

  it('says which rule has the text', () => {
    expect(traced(`api_token = "${TOKEN}"`)).toContain('1:14-39 generic/token other-form');
  });

  it('never holds what stands there', () => {
    const told: unknown[] = [];
    findSecretsIn(Buffer.from(`password = "${PASSWORD}" ${TOKEN} acme_key = ${HEX}`), {
      ...options,
      trace: (considered) => told.push(considered),
    });
    expect(told.length).toBeGreaterThan(2);
    expect(JSON.stringify(told)).not.toMatch(/tR4v|x7k2m9|9f86d081/);
  });
});

describe('hostile input', () => {
  it('is cut off where there are more secrets than can be meant, and says so', () => {
    const many = Buffer.from(`${TOKEN}\n`.repeat(10_050));
    const { secrets, truncated } = findSecretsIn(many, options);
    expect([secrets.length, truncated]).toEqual([10_000, true]);
  });

  it.each([
    ['keywords without end', 'acme_'.repeat(200_000)],
    ['names without end', 'acme'.repeat(200_000)],
    ['assignments without a value', 'password=token=secret='.repeat(40_000)],
    ['quotes without end', `password = "${'\\'.repeat(500_000)}`],
    ['beginnings of keys', '-----BEGIN PRIVATE KEY-----'.repeat(20_000)],
    ['a key without end', `-----BEGIN PRIVATE KEY-----${'A'.repeat(1_000_000)}`],
    ['line ends', '\n'.repeat(2_000_000)],
    ['a secret name and spaces', `password${' '.repeat(1_000_000)}=`],
  ])('does no harm: %s', (_, text) => {
    expect(found(text).length).toBeLessThan(10);
  });

  it('never fails, whatever the bytes, and places lie within them', () => {
    const parts = fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map(Buffer.from),
      fc
        .constantFrom(
          TOKEN,
          HEX,
          'acme',
          'password',
          ' = ',
          '"',
          '\n',
          '\r\n',
          '-----BEGIN PRIVATE KEY-----',
          '://u:',
          '@h',
          '😀',
        )
        .map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 30 }), (pieces) => {
        const bytes = Buffer.concat(pieces);
        const lines = bytes.toString('latin1').split('\n');
        for (const { line, column, endColumn } of findSecretsIn(bytes, options).secrets) {
          expect(line).toBeLessThanOrEqual(lines.length);
          expect(column).toBeGreaterThan(0);
          expect(endColumn - 1).toBeLessThanOrEqual((lines[line - 1] ?? '').length);
        }
      }),
    );
  });
});
