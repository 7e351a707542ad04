import { describe, expect, it } from 'vitest';
import { nameKind, nameWords } from '../../../src/scan/secrets/assigned-name.ts';
import { readAssignment } from '../../../src/scan/secrets/assignment.ts';
import { isInsideBlob } from '../../../src/scan/secrets/encoded-blob.ts';
import { isDrawn, whyNoSecret } from '../../../src/scan/secrets/generic.ts';
import { isPlaceholder } from '../../../src/scan/secrets/placeholder.ts';
import { wordShare } from '../../../src/scan/secrets/words.ts';

const VALUE = ['Qz7tR4v', 'k2Lm9Xw3Bn6'].join('p');

/** The assignment whose name holds the first of these words, in any case. */
function assigned(text: string) {
  const match = /password|token|secret|key/i.exec(text);
  const assignment = match === null ? undefined : readAssignment(text, match.index, match.index + match[0].length);
  return assignment === undefined
    ? undefined
    : [assignment.name, text.slice(assignment.valueStart, assignment.valueEnd)];
}

describe('assignments', () => {
  it.each([
    [`db_password = "${VALUE}"`, 'db_password'],
    [`DB_PASSWORD=${VALUE}`, 'DB_PASSWORD'],
    [`export API_TOKEN='${VALUE}';`, 'API_TOKEN'],
    [`"apiToken": "${VALUE}",`, 'apiToken'],
    [`'api-token' => '${VALUE}',`, 'api-token'],
    [`apiToken: ${VALUE}`, 'apiToken'],
    [`apiToken := \`${VALUE}\``, 'apiToken'],
    [`const apiToken: string = '${VALUE}';`, 'apiToken'],
    [`var apiToken string = "${VALUE}"`, 'apiToken'],
    [`$token .= "${VALUE}"`, '$token'],
    [`config['token'] = '${VALUE}'`, 'token'],
    [`System.setProperty("API_TOKEN", "${VALUE}")`, 'API_TOKEN'],
    [`<token>${VALUE}</token>`, 'token'],
    [`<token>\n    ${VALUE}\n</token>`, 'token'],
    [`curl "https://acme.example/?token=${VALUE}&page=2"`, 'token'],
    [`{"config": "TOKEN=${VALUE}\\nDEBUG=true"}`, 'TOKEN'],
    [`{"json": "{\\"token\\": \\"${VALUE}\\"}"}`, 'token'],
    [`Authorization-Token: Bearer ${VALUE}`, 'Authorization-Token'],
    [`--token ${VALUE} --verbose`, '--token'],
    [`(token:${VALUE})`, 'token'],
    [`token = """${VALUE}"""`, 'token'],
    [`token = b"${VALUE}"`, 'token'],
    [`if (user.password == "${VALUE}") {`, 'user.password'],
    [`if password != '${VALUE}':`, 'password'],
    [`if (token !== "${VALUE}")`, 'token'],
    [`<input placeholder="token=&quot;${VALUE}&quot;">`, 'token'],
    [`api key: ${VALUE}`, 'api key'],
    [`Storage Key = ${VALUE}`, 'Storage Key'],
    [`-u root --password ${VALUE}`, '--password'],
    [`FROM scratch\nENV DB_PASSWORD ${VALUE}\n`, 'DB_PASSWORD'],
    [`  arg  API_TOKEN\t${VALUE}`, 'API_TOKEN'],
  ])('are read from %s', (text, name) => {
    expect(assigned(text)).toEqual([name, VALUE]);
  });

  it.each([
    ['a list', `["iam:token", "${VALUE}"]`],
    ['a comparison', `if (token > ${VALUE})`],
    ['a comparison with a name', `if (token == ${VALUE})`],
    ['the next line', `token:\n  ${VALUE}`],
    ['an open quote', `token = "${VALUE}`],
    ['no value', 'token = ""'],
  ])('are none in %s', (_, text) => {
    expect(assigned(text)).toBeUndefined();
  });
});

describe('names', () => {
  it.each([
    ['DB_PASSWORD', 'password'],
    ['dbPassword', 'password'],
    ['db.pwd', 'password'],
    ['passphrase', 'password'],
    ['PGPASSWORD', 'password'],
    ['X_PSWD', 'password'],
    ['psswrd', 'password'],
    ['password2', 'password'],
    ['contrasena', 'password'],
    ['mot_de_passe', 'password'],
    ['db.senha', 'password'],
    ['LinearApikey', 'token'],
    ['api key', 'token'],
    ['password_prod', 'password'],
    ['linearToken', 'token'],
    ['AWS_SECRET_ACCESS_KEY', 'token'],
    ['clientSecret', 'token'],
    ['x-api-key', 'token'],
    ['API_KEY_2', 'token'],
    ['key', 'key'],
    ['licenseKey', 'token'],
    ['SECRET_KEY_BASE', 'token'],
    ['public_key', undefined],
    ['primaryKey', undefined],
    ['cache-key', undefined],
    ['keyboard', undefined],
    ['monkey', undefined],
    ['token_url', undefined],
    ['passwordField', undefined],
    ['password_policy', undefined],
    ['author', undefined],
    ['csrf_token', undefined],
    ['authenticity_token', undefined],
    ['encrypted_key', undefined],
    ['compass', undefined],
    ['nextPageToken', undefined],
    ['_authToken', undefined],
  ])('%s says %s', (name, kind) => {
    expect(nameKind(name)).toBe(kind);
  });

  it('are parted at separators and in camel case', () => {
    expect(nameWords('myAWSSecretKey_v2.prod-X')).toEqual(['my', 'aws', 'secret', 'key', 'v2', 'prod', 'x']);
  });
});

describe('values', () => {
  const judge = (name: string, value: string, quote = '"', operator = '=') => {
    const kind = nameKind(name);
    return (
      kind !== undefined &&
      whyNoSecret({ name, nameStart: 0, valueStart: 0, valueEnd: 0, quote, operator }, kind, value) === undefined
    );
  };

  it.each([
    ['password', 'Qz7tR4v'],
    ['password', 'Pä55-wört'],
    ['password', 'correct1horse!'],
    ['api_key', VALUE],
    ['token', '3b5c9e1f-7a2d-4c8b-9e6f-1d2a3b4c5d6e'],
    ['secret', '9f86d081884c7d659a2feaa0c55ad015'],
    ['key', VALUE],
    ['password', 'lighthouse'],
    ['password', ['p@ss', 'Wd', '93x!'].join(' ')],
    ['token', `${'be8df'}d.da8a689a46edc282`],
  ])('of %s: %s is one', (name, value) => {
    expect(judge(name, value)).toBe(true);
  });

  it.each([
    ['password', 'changeme'],
    ['password', 'password123'],
    ['password', 'db-password'],
    ['password', ['$', '{DB_PASSWORD}'].join('')],
    ['password', '{{ .Values.password }}'],
    ['password', '<your password>'],
    ['password', '********'],
    ['password', 'xxxxxxxxxxxx'],
    ['password', 'process.env.PASSWORD'],
    ['password', 'getPassword()'],
    ['password', '/run/secrets/db1'],
    ['password', 'short'],
    ['password', 'two words 4'],
    ['password', 'Use 8 signs!'],
    ['password', 'At least A1 and #2, please'],
    ['password', '%1$s: #2 Ab = %s'],
    ['password', ' p@ssWd93x!'],
    ['token', 'your-api-token-1'],
    ['token', 'abcdefghijklmnop1234'],
    ['token', 'https://id.acme.example/token/v2'],
    ['token', 'src/lib/token2.ts'],
    ['token', 'arn:aws:iam::123456789012:role/x1'],
    ['token', 'org.acme.token.Version2'],
    ['token', '2026-03-01T12:00:00Z'],
    ['token', 'refreshTokenForTheUser2'],
    ['token', 'without-any-digit-in-it'],
    ['token', `task_test_${VALUE}`],
    ['api_key', `${VALUE}-${VALUE}`],
    ['password', 'jws.Verify'],
    ['password', '\\x1b[32mPASS'],
    ['token', Buffer.from('never-to-be-kept').toString('base64')],
    ['key', '9f86d081884c7d659a2feaa0c55ad015'],
    ['key', '3b5c9e1f-7a2d-4c8b-9e6f-1d2a3b4c5d6e'],
    ['commit_key', 'x'],
  ])('of %s: %s is none', (name, value) => {
    expect(judge(name, value)).toBe(false);
  });

  it.each([
    ['password', 'config.password1'],
    ['password', 'MAX_LENGTH_2'],
    ['password', '0x1F'],
    ['password', 'user?.pass1'],
    ['token', 'tokens[1].value'],
    ['token', 'a1b2c3d4e5->next'],
    ['password', 'lighthouse'],
    ['password', ['p@ss', 'Wd', '93x!'].join(' ')],
  ])('of %s: bare %s is code', (name, value) => {
    expect(judge(name, value, '')).toBe(false);
  });

  it.each([
    ['-password', 'Qz7tR4v', '', true],
    ['password', 'Qz7tR4v', "'", true],
    ['password', 'Qz7tR4v', '', false],
    ['token', `${VALUE}aB3`, '', true],
    ['token', 'a1b2c3', '', false],
  ])('behind a space: %s %s', (name, value, quote, expected) => {
    expect(judge(name, value, quote, ' ')).toBe(expected);
  });
});

describe('what stands for a secret', () => {
  it.each([
    '',
    'changeme',
    'CHANGE_ME',
    'your-token-here',
    'EXAMPLE-KEY-1',
    '$TOKEN',
    ['$', '{TOKEN:-x}'].join(''),
    '%TOKEN%',
    '#{token}',
    '<token>',
    '[token]',
    '@token@',
    '__TOKEN__',
    'secrets.TOKEN',
    'os.environ["X"]',
    '....',
    'abcabcabc',
    '0000000000',
    'null',
    'test_secret',
  ])('%j does', (value) => {
    expect(isPlaceholder(value)).toBe(true);
  });

  // In what is long, short words turn up by chance.
  const long = `${VALUE}fake${VALUE.toLowerCase()}todo${VALUE.toUpperCase()}`;
  it.each([VALUE, 'Qz7tR4v', 'hunter42', '9f86d081884c7d65', '!Qz7tR4v', long])('%j does not', (value) => {
    expect(isPlaceholder(value)).toBe(false);
  });
});

describe('words', () => {
  it.each(['sqlite3_column_name16', 'deserializeBoxExpression8', 'the/path/of/some-file2', 'FTS5_MAIN_PREFIX'])(
    '%s reads as words',
    (value) => {
      expect(wordShare(value)).toBeGreaterThanOrEqual(0.6);
    },
  );

  it.each(['9f86d081884c7d659a2feaa0c55ad015', VALUE, 'io3l0urk6hubmo2gbbzrf192', '1234567890'])(
    '%s does not',
    (value) => {
      expect(wordShare(value)).toBeLessThan(0.5);
    },
  );
});

describe('encoded data', () => {
  const line = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj';
  it.each([
    ['in a line of a certificate', `-----BEGIN CERTIFICATE-----\n${line}\n${line}\n`, 'DANBgkqhkiG9w0', true],
    ['a whole line of it', `${line}\n${line}\n`, line, true],
    ['in a data address', `url(data:image/png;base64,${line}+${line}/${line})`, 'QEFAASCBKcw', true],
    ['alone on its line', `x\n${line.slice(0, 40)}\ny`, line.slice(0, 40), false],
    ['assigned', `token = ${VALUE}`, VALUE, false],
    ['in an address', `https://hooks.acme.example/services/${VALUE}`, VALUE, false],
  ])('%s', (_, text, part, expected) => {
    const start = text.indexOf(part.slice(0, 8));
    expect(isInsideBlob(text, start, start + part.length)).toBe(expected);
  });
});

describe('what was drawn at random', () => {
  const drawn = ['Qz7tR4vpk2Lm', '9Xw3Bn6Hs8Jd'].join('');
  it.each([
    ['token', drawn],
    ['token', `acme_${drawn}`],
    ['token', `${drawn}+/${drawn.slice(3)}==`],
    ['password', ['gX8#pQ2!', 'mZ7vK9'].join('')],
  ] as const)('is known as a %s: %s', (kind, value) => {
    expect(isDrawn(kind, value)).toBe(true);
  });

  it.each([
    ['token', 'short', drawn.slice(0, 16)],
    ['token', 'a digest', 'b31f72c90a4db31f72c90a4d5e6f7a8b'],
    ['token', 'words', 'MyServiceAccountToken2024ForTests'],
    ['token', 'a filler', `${drawn}0000000000`],
    ['password', 'words in disguise', 'SuperSecureP@55w0rd!'],
    ['password', 'a name and a number', 'Lablab#1234'],
    ['password', 'what a server keeps of it', '$1$avs$uSTOEMh65QkzvqB9yBM'],
  ] as const)('is no %s that is %s', (kind, _, value) => {
    expect(isDrawn(kind, value)).toBe(false);
  });
});

describe('passwords that are none', () => {
  const assignment = { name: 'password', nameStart: 0, valueStart: 0, valueEnd: 0, quote: '"', operator: ':' };
  it.each([
    ['digest-context', `sha1$1b11b$${'edeb0a67a9622f1f2cfeabf9188a711f5ac7d236'}`],
    ['digest-context', 'app:$2y$05$sBsSqk0OpSD1uTZkHXc4Fe'],
    ['digest-context', 'SCRAM-SHA-256$4096:zFuajwIVdli9mK='],
    ['code', ',g?_.a.createElement('],
    ['placeholder', ['U2FsdGVkX1', '+4sRsZ624wbAJfDmagPLq2'].join('')],
  ])('%s: %s', (reason, value) => {
    expect(whyNoSecret(assignment, 'password', value)).toBe(reason);
  });
});
