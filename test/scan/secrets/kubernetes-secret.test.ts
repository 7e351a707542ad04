import { describe, expect, it } from 'vitest';
import { Effort } from '../../../src/scan/secrets/effort.ts';
import { extractKubernetesSecret } from '../../../src/scan/secrets/extract/kubernetes-secret.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const PASSWORD = ['Qz7t', 'R4vk2'].join('');
const encoded = base64(PASSWORD);

/** Members found: the text at their place, and the value that it stands for. */
function extracted(text: string, keyword = 'kind') {
  const parts = [...text.matchAll(new RegExp(`["']?${keyword}["']?[ ]*:[ ]*["']?Secret`, 'gi'))];
  return parts.flatMap(({ index }) =>
    extractKubernetesSecret(text, index, { now: new Date(0), effort: new Effort() }).map(({ start, end, decoded }) => [
      text.slice(start, end),
      decoded.canonical,
      decoded.facts?.key,
    ]),
  );
}

describe('a Kubernetes Secret', () => {
  it.each([
    [
      'with data behind its kind',
      `apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ndata:\n  password: ${encoded}\n`,
    ],
    ['with data before its kind', `apiVersion: v1\ndata:\n  password: ${encoded}\nkind: Secret\n`],
    ['quoted', `kind: "Secret"\ndata:\n  "password": '${encoded}'\n`],
    ['with CRLF and a comment', `kind: Secret\r\ndata:\r\n  password: ${encoded} # of the database\r\n`],
    [
      'in a list',
      `items:\n- apiVersion: v1\n  data:\n    password: ${encoded}\n  kind: Secret\n- apiVersion: v1\n  kind: ConfigMap\n  data:\n    password: ${base64('other2value')}\n`,
    ],
    [
      'first in a list',
      `items:\n  - kind: Secret\n    data:\n      password: ${encoded}\n  - kind: ConfigMap\n    data:\n      password: ${base64('other2value')}\n`,
    ],
    [
      'between other documents',
      `kind: ConfigMap\ndata:\n  password: ${base64('other2value')}\n---\nkind: Secret\ndata:\n  password: ${encoded}\n---\nkind: ConfigMap\ndata:\n  password: x\n`,
    ],
    ['in a block', `kind: Secret\ndata:\n  password: |\n    ${encoded}\n  user: ${base64('app')}\n`],
    [
      'in indented JSON',
      `{\n  "kind": "Secret",\n  "data": {\n    "password": "${encoded}",\n    "user": "${base64('app')}"\n  }\n}\n`,
    ],
    [
      'in JSON on one line',
      `{"apiVersion":"v1","kind":"Secret","data":{"user":"${base64('app')}","password":"${encoded}"}}`,
    ],
    [
      'in a JSON list on one line',
      `{"items":[{"data":{"x":"y"},"kind":"ConfigMap"},{"kind":"Secret","data":{"password":"${encoded}"}}]}`,
    ],
  ])('%s', (_, text) => {
    expect(extracted(text)).toEqual([[encoded, PASSWORD, 'password']]);
  });

  it('with plain text', () => {
    expect(extracted(`kind: Secret\nstringData:\n  password: "${PASSWORD}"\n`)).toEqual([
      [PASSWORD, PASSWORD, 'password'],
    ]);
  });

  it.each([
    ['a user name', 'username', 'application'],
    ['a certificate', 'tls.crt', `-----BEGIN CERTIFICATE-----\n${'MIIB'.repeat(20)}\n-----END CERTIFICATE-----\n`],
    ['a placeholder', 'password', 'changeme'],
    ['bytes', 'password', '\u0000\u0001\u0002\u0003\u0004'],
    ['a token in words', 'token', 'never-to-be-kept'],
  ])('does not give %s away', (_, name, value) => {
    expect(extracted(`kind: Secret\ndata:\n  ${name}: ${base64(value)}\n`)).toEqual([]);
  });

  it.each([
    ['another kind', `kind: SecretStore\ndata:\n  password: ${encoded}\n`],
    ['what is not base64', `kind: Secret\ndata:\n  password: "{{ .Values.password }}"\n`],
    ['other members', `kind: Secret\nmetadata:\n  annotations:\n    password: ${encoded}\n`],
  ])('is not seen in %s', (_, text) => {
    expect(extracted(text)).toEqual([]);
  });

  it('has private keys and registry logins in it', () => {
    const key = `-----BEGIN RSA PRIVATE KEY-----\n${Array.from({ length: 4 }, (_, index) => base64(`line ${index} of no key at all, really!`)).join('\n')}\n-----END RSA PRIVATE KEY-----\n`;
    const login = JSON.stringify({ auths: { 'registry.example.com': { auth: base64(`ci:${PASSWORD}`) } } });
    const text = `kind: Secret\ndata:\n  tls.key: ${base64(key)}\n  .dockerconfigjson: ${base64(login)}\n`;
    expect(extracted(text).map(([, canonical]) => canonical)).toEqual([expect.stringMatching(/^bGluZSAw/), PASSWORD]);
  });

  it.each([
    ['at the beginning of a file that begins with a line end', `\nkind: Secret\ndata:\n  password: ${encoded}`],
    ['behind very many lines', `${'a: b\n'.repeat(20_000)}kind: Secret\ndata:\n  password: ${encoded}`],
  ])('is found %s', (_, text) => {
    expect(extracted(text)).toHaveLength(1);
  });
});
