import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.ts';
import { AppError } from '../../src/errors.ts';

const parse = (issuer: string) => parseConfig(`version: 1\nissuer:\n${issuer}`, 'lapse.yaml');

function fault(issuer: string): string {
  try {
    parse(issuer);
  } catch (error) {
    if (error instanceof AppError && error.code === 'ERR_CONFIG_INVALID') return error.message;
    throw error;
  }
  return 'accepted';
}

const rule = (fields: string) => `  trust:\n    - {id: ci, issuer: "https://ci.example", ${fields}}`;
const GITHUB = 'issuer: "https://token.actions.githubusercontent.com"';

describe('where the daemon may listen', () => {
  it.each(['127.0.0.1:8787', '"[::1]:8787"', 'localhost:0'])('%s is loopback', (listen) => {
    expect(fault(`  listen: ${listen}`)).toBe('accepted');
  });

  it.each(['0.0.0.0:8787', '"[::]:8787"', 'lapse.example:443', '10.0.0.1:8787'])('%s needs TLS', (listen) => {
    expect(fault(`  url: "https://lapse.example"\n  listen: ${listen}`)).toMatch(/^lapse\.yaml:4:11: .*loopback.*tls/);
    const tls = `  url: "https://lapse.example"\n  listen: ${listen}\n  tls: {cert: c.pem, key: k.pem}`;
    expect(fault(tls)).toBe('accepted');
  });

  it('elsewhere than on loopback it needs a URL', () => {
    expect(fault('  listen: 10.0.0.1:443\n  tls: {cert: c, key: k}')).toMatch(/a url/);
  });

  it.each(['8787', '127.0.0.1', '127.0.0.1:99999', '"::1:8787"'])('%s is no address', (listen) => {
    expect(fault(`  listen: ${listen}`)).not.toBe('accepted');
  });
});

describe('the public URL', () => {
  it.each(['https://lapse.example', 'https://example/lapse', 'http://127.0.0.1:8787'])('%s', (url) => {
    expect(fault(`  url: "${url}"`)).toBe('accepted');
  });

  it.each([
    'http://lapse.example',
    'https://lapse.example/',
    'https://lapse.example?x=1',
    'https://lapse.example#x',
    'https://u@lapse.example',
    'lapse.example',
  ])('%s is refused', (url) => {
    expect(fault(`  url: "${url}"`)).toMatch(/^lapse\.yaml:3:8: /);
  });
});

describe('a trust rule', () => {
  it('has careful defaults', () => {
    expect(parse(rule('subject: "repo:acme/x"')).issuer?.trust[0]).toMatchObject({
      algs: ['RS256', 'ES256'],
      max_token_age: 3_600_000,
      replay: 'single_use',
      private_network: false,
    });
  });

  it.each(['"*"', '"**"', '"*:*"', '"*/**"'])(
    'sub wildcard: that trusts everybody (%s) is refused with its place',
    (subject) => {
      expect(fault(rule(`subject: ${subject}`))).toMatch(/^lapse\.yaml:4:\d+: .*would trust everybody/);
      expect(fault(rule(`subject: ${subject}, claims: {aud: x}`))).toMatch(/would trust everybody/);
      expect(fault(rule(`subject: ${subject}, claims: {team: "*"}`))).toMatch(/would trust everybody/);
      expect(fault(rule(`subject: ${subject}, claims: {team: payments}`))).toBe('accepted');
    },
  );

  it.each([
    ['subject: "repo:**"', false],
    ['subject: "repo:*/orders:ref:refs/heads/main"', false],
    ['subject: "repo:a*/orders:ref:refs/heads/main"', false],
    ['subject: "**:ref:refs/heads/main"', false],
    ['subject: "repo:**", claims: {ref: refs/heads/main}', false],
    ['subject: "repo:**", claims: {repository: "*/orders"}', false],
    ['subject: "repo:acme/**"', true],
    ['subject: "repo:**", claims: {repository_owner: acme}', true],
    ['subject: "repo:**", claims: {repository: "acme/*"}', true],
  ])('of an issuer that signs for the whole world names an organisation: %s: %s', (fields, accepted) => {
    const message = fault(`  trust:\n    - {id: ci, ${GITHUB}, ${fields}}`);
    if (accepted) expect(message).toBe('accepted');
    else expect(message).toMatch(/^lapse\.yaml:4:\d+: .*signs for everybody/);
  });

  it.each(['none', 'HS256', 'HS512', 'RS1'])('with the algorithm %s is refused', (alg) => {
    expect(fault(rule(`subject: a, algs: [${alg}]`))).not.toBe('accepted');
  });

  it.each(['http://ci.example', 'ftp://ci.example', 'ci.example'])('with the issuer %s is refused', (issuer) => {
    expect(fault(`  trust: [{id: ci, issuer: "${issuer}", subject: a}]`)).toMatch(/https URL/);
  });

  it('means the same keys as the others of its issuer', () => {
    const two = `  trust:
    - {id: a, issuer: "https://ci.example", subject: a}
    - {id: b, issuer: "https://ci.example", subject: b, jwks_uri: "https://keys.example/jwks"}`;
    expect(fault(two)).toMatch(/^lapse\.yaml:5:\d+: .*another rule of this issuer/);
  });
});

describe('access rules', () => {
  const access = (rules: string) => `  targets: [{id: api, type: jwt, audience: a, actions: [read]}]
  access:
    groups: {approvers: [alice]}
    rules: [${rules}]`;

  it.each([
    ['{id: a, effect: allow, subjects: [{kind: operator}], targets: [api], actions: [read]}', 'accepted'],
    ['{id: a, effect: deny}', 'accepted'],
    ['{id: a, effect: allow, targets: [api], actions: [read]}', 'allow needs subjects'],
    ['{id: a, effect: allow, subjects: [{}], targets: [api], actions: [read]}', 'at least one of'],
    ['{id: a, effect: allow, subjects: [{kind: operator}], targets: [db], actions: [read]}', 'unknown target "db"'],
    [
      '{id: a, effect: escalate, subjects: [{kind: operator}], targets: [api], actions: [w]}',
      'escalate needs approvals',
    ],
    ['{id: a, effect: deny, approvals: [{from: nobody, count: 1}]}', 'unknown group "nobody"'],
    ['{id: a, effect: deny, approvals: [{from: approvers, count: 2}]}', 'fewer people'],
    ['{id: a, effect: deny, resources: ["**/x/**"]}', 'one "**"'],
    ['{id: a, effect: deny}, {id: a, effect: deny}', 'duplicate id "a"'],
    ['{id: a, effect: deny, source_cidrs: [10.0.0.0]}', 'a network'],
  ])('%s: %s', (rules, message) => {
    expect(fault(access(rules))).toContain(message);
  });
});

it('takes secrets by reference only', () => {
  const target = (connection: string) =>
    `  targets: [{id: db, type: postgres, connection: ${connection}, grants: [{actions: [a], resources: [b], roles: [c]}]}]`;
  expect(fault(target('{env: DB_URL}'))).toBe('accepted');
  const url = ['postgres://u', 'pw@h/d'].join(':');
  const message = fault(target(`"${url}"`));
  expect(message).not.toBe('accepted');
  expect(message).not.toContain(url);
});
