import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { assetPath } from '../../src/assets.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { AppError } from '../../src/errors.ts';

const text = readFileSync(assetPath('docs', 'who-asks.md'), 'utf8');
const examples = [...text.matchAll(/^## ([^\n]+)\n(?:(?!^## )[\s\S])*?^```yaml\n([\s\S]*?)^```$/gm)];

function fault(issuer: string): string {
  try {
    parseConfig(`version: 1\nissuer:\n${issuer}`, 'lapse.yaml');
  } catch (error) {
    if (error instanceof AppError && error.code === 'ERR_CONFIG_INVALID') return error.message;
    throw error;
  }
  return 'accepted';
}

describe('docs/who-asks.md', () => {
  it('has an example per section', () => {
    expect(examples.map(([, title]) => title)).toEqual([
      'OIDC tokens',
      'SPIFFE',
      'Clients with keys of their own',
      'AWS identities',
      'Keys that bind',
    ]);
  });

  it.each(examples.map(([, title = '', yaml = '']) => [title, yaml]))('%s: its example loads', (_title, yaml) => {
    expect(() => parseConfig(yaml, 'lapse.yaml')).not.toThrow();
  });
});

describe('a SPIFFE rule', () => {
  const rule = (fields: string) =>
    fault(`  spiffe: [{id: a, bundle: {file: b.json}, trust_domain: prod.example, ${fields}}]`);

  it.each([
    ['path: /ns/a', 'accepted'],
    ['path: "/ns/*/sa/api"', 'accepted'],
    ['path: "/*"', 'would trust everybody'],
    ['path: "/**"', 'would trust everybody'],
    ['path: "/*/*"', 'would trust everybody'],
    ['path: ns/a', 'begins with'],
    ['path: /a, trust_domain: "*"', 'lapse.yaml'],
  ])('%s: %s', (fields, message) => {
    expect(rule(fields)).toContain(message);
  });

  it.each(['Prod.example', 'prod.example/x', '*.example', 'spiffe://prod.example'])(
    'refuses the trust domain %s',
    (domain) => {
      expect(fault(`  spiffe: [{id: a, bundle: {file: b}, trust_domain: "${domain}", path: /a}]`)).toMatch(
        /trust domain/,
      );
    },
  );

  it('means the same authorities as the others of its trust domain', () => {
    const two = `  spiffe:
    - {id: a, trust_domain: prod.example, bundle: {file: a.json}, path: /a}
    - {id: b, trust_domain: prod.example, bundle: {file: b.json}, path: /b}`;
    expect(fault(two)).toMatch(/^lapse\.yaml:5:\d+: .*another rule of this trust domain/);
  });
});

describe('an AWS rule', () => {
  const rule = (account: string, identity: string) =>
    fault(
      `  aws_identity: {endpoints: {eu-west-1: "https://sts.example"}, rules: [{id: a, account: ${account}, identity: "${identity}"}]}`,
    );

  it.each([
    ['"123456789012"', 'role/deploy', 'accepted'],
    ['"123456789012"', 'role/deploy-*', 'accepted'],
    ['"123456789012"', 'user/ci/*', 'accepted'],
    ['"123456789012"', 'role/*', 'would trust everybody'],
    ['"123456789012"', 'role/**', 'would trust everybody'],
    ['"123456789012"', '**', 'expected role/'],
    ['"123456789012"', 'root', 'expected role/'],
    ['"123456789012"', '*/deploy', 'expected role/'],
    ['"*"', 'role/deploy', 'twelve digits'],
    ['"12345"', 'role/deploy', 'twelve digits'],
  ])('%s %s: %s', (account, identity, message) => {
    expect(rule(account, identity)).toContain(message);
  });

  it.each(['http://sts.example', 'https://sts.example/x', 'https://sts.example/?a=b', 'https://u@sts.example'])(
    'asks no endpoint such as %s',
    (endpoint) => {
      const rules = '[{id: a, account: "123456789012", identity: role/x}]';
      expect(fault(`  aws_identity: {endpoints: {eu-west-1: "${endpoint}"}, rules: ${rules}}`)).not.toBe('accepted');
    },
  );
});

describe('a client', () => {
  it.each([
    ['private_key_jwt: {jwks: {file: k.json}}', 'accepted'],
    ['private_key_jwt: {jwks: {url: "https://keys.example"}}', 'accepted'],
    ['private_key_jwt: {jwks: {url: "http://keys.example"}}', 'lapse.yaml'],
    ['private_key_jwt: {jwks: {file: k.json}, algs: [none]}', 'lapse.yaml'],
    ['private_key_jwt: {jwks: {file: k.json}, algs: [HS256]}', 'lapse.yaml'],
    ['owners: [olga]', 'exactly one of private_key_jwt'],
    ['private_key_jwt: {jwks: {file: k}}, tls_client_auth: {san_dns: x}', 'exactly one of private_key_jwt'],
    ['tls_client_auth: {}', 'exactly one of san_uri'],
    ['tls_client_auth: {san_dns: x, san_uri: y}', 'exactly one of san_uri'],
    ['tls_client_auth: {san_dns: x}', 'needs client_certificates'],
    ['self_signed_tls_client_auth: {certificates: [c.pem]}', 'needs client_certificates'],
    ['private_key_jwt: {jwks: {file: k}}, client_secret: x', 'client_secret'],
  ])('%s: %s', (fields, message) => {
    expect(fault(`  clients: [{id: a, ${fields}}]`)).toContain(message);
  });

  it('of certificates needs an authority', () => {
    expect(fault('  client_certificates: {}\n  clients: [{id: a, tls_client_auth: {san_dns: x}}]')).toContain(
      'client_certificates.ca',
    );
  });

  it('has a name that no rule has, and rules name clients that exist', () => {
    const key = 'private_key_jwt: {jwks: {file: k}}';
    const trust = (more: string) => `  trust: [{id: a, issuer: "https://ci.example", subject: s${more}}]`;
    expect(fault(`${trust('')}\n  clients: [{id: a, ${key}}]`)).toContain('duplicate id "a"');
    expect(fault(`${trust(', clients: [b]')}\n  clients: [{id: b, ${key}}]`)).toBe('accepted');
    expect(fault(trust(', clients: [b]'))).toContain('unknown client "b"');
  });
});

describe('issuers that sign for the whole world', () => {
  it.each([
    ['https://agent.buildkite.com', 'organization:acme:pipeline:**', true],
    ['https://agent.buildkite.com', 'organization:*:pipeline:orders:**', false],
    ['https://app.terraform.io', 'organization:acme:project:*:workspace:*:run_phase:apply', true],
    ['https://app.terraform.io', '**:run_phase:apply', false],
    ['https://gitlab.com', 'project_path:acme/*:ref_type:branch:ref:main', true],
    ['https://gitlab.com', 'project_path:*/orders:ref_type:branch:ref:main', false],
  ])('%s %s: %s', (issuer, subject, accepted) => {
    const message = fault(`  trust: [{id: a, issuer: "${issuer}", subject: "${subject}"}]`);
    if (accepted) expect(message).toBe('accepted');
    else expect(message).toMatch(/signs for everybody/);
  });
});
