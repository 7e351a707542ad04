import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { secretsScanner } from '../../../scanners/secrets/index.ts';
import { terraformScanner } from '../../../scanners/terraform/index.ts';
import type { Fact } from '../../../src/model/fact.ts';
import { fingerprint } from '../../../src/model/fingerprint.ts';
import { secretId } from '../../../src/model/id.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import type { Scanner } from '../../../src/scan/scanner.ts';
import { scanBytes } from '../scan-bytes.ts';

const KEY = Buffer.from('a key of tests');
const keyed = (value: string) => fingerprint(KEY, value);
const idOf = (value: string) => secretId(keyed(value));
const made = (length: number) =>
  randomBytes(2 * length)
    .toString('base64')
    .replaceAll(/[^A-Za-z0-9]/g, '')
    .slice(0, length);
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const keyId = () => `AKIAQ${[...randomBytes(15)].map((byte) => LETTERS[byte % 32]).join('')}`;

function state(...resources: readonly (readonly [type: string, attributes: JsonObject])[]): string {
  return JSON.stringify(
    {
      version: 4,
      terraform_version: '1.9.0',
      serial: 1,
      lineage: 'x',
      outputs: {},
      resources: resources.map(([type, attributes]) => ({
        mode: 'managed',
        type,
        name: 'x',
        provider: 'p',
        instances: [{ schema_version: 0, attributes }],
      })),
    },
    null,
    2,
  ).replaceAll(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
}

async function secretsOf(scanner: Scanner, text: string, path = 'terraform.tfstate') {
  const { facts } = await scanBytes(scanner, path, text, { fingerprint: keyed });
  return facts.flatMap((fact: Fact) => (fact.kind === 'secret' ? [fact.body] : []));
}

function pem(): string {
  return generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey;
}

describe('a secret in a state', () => {
  test('of an access key says which key it is of, and where', async () => {
    const [id, secret] = [keyId(), made(40)];
    const text = state(['aws_iam_access_key', { id, secret, user: 'ci', status: 'Active' }]);
    const [found, ...more] = await secretsOf(terraformScanner, text);
    expect(more).toEqual([]);
    const line = text.split('\n').findIndex((one) => one.includes(secret));
    const column = (text.split('\n')[line] ?? '').indexOf(secret) + 1;
    expect(found).toMatchObject({
      id: idOf(secret),
      platform: 'aws',
      credentialNativeId: id,
      facts: { resource: 'aws_iam_access_key.x', attribute: 'secret', access_key_id: id },
      locations: [{ path: 'terraform.tfstate', line: line + 1, column, endColumn: column + 40 }],
    });
    expect(JSON.stringify(found)).not.toContain(secret);
  });

  test('is one secret, at one place, for this reader and for the engine', async () => {
    const key = pem();
    const text = state(
      ['aws_iam_access_key', { id: keyId(), secret: made(40), user: 'ci', ses_smtp_password_v4: made(44) }],
      ['random_password', { result: `${made(16)}<&>"${made(4)}`, length: 24 }],
      ['tls_private_key', { private_key_pem: key }],
      ['aws_db_instance', { password: made(20) }],
      ['vault_token', { client_token: made(40), accessor: 'a' }],
    );
    const [ours, theirs] = [await secretsOf(terraformScanner, text), await secretsOf(secretsScanner, text)];
    expect(ours.map(({ id }) => id).sort()).toEqual(theirs.map(({ id }) => id).sort());
    for (const mine of ours) {
      const other = theirs.find(({ id }) => id === mine.id);
      expect(mine.locations).toEqual(other?.locations);
      expect([mine.rule, mine.title]).toEqual([other?.rule, other?.title]);
    }
  });

  test('of a key file of Google is the key in it', async () => {
    const key = pem();
    const file = JSON.stringify({
      type: 'service_account',
      private_key_id: '0123456789abcdef0123456789abcdef01234567',
      private_key: key,
      client_email: 'ci@acme.iam.gserviceaccount.com',
      project_id: 'acme',
    });
    const name = 'projects/acme/serviceAccounts/ci@acme.iam.gserviceaccount.com';
    const text = state([
      'google_service_account_key',
      {
        id: `${name}/keys/0123456789abcdef0123456789abcdef01234567`,
        service_account_id: name,
        private_key: Buffer.from(file).toString('base64'),
      },
    ]);
    const [found] = await secretsOf(terraformScanner, text);
    expect(found).toMatchObject({
      rule: 'gcp/service-account-key',
      id: idOf(key.replaceAll(/-----[^-]+-----|\s/g, '')),
      platform: 'gcp',
      credentialNativeId: '0123456789abcdef0123456789abcdef01234567',
      facts: { client_email: 'ci@acme.iam.gserviceaccount.com', project_id: 'acme' },
    });
    expect(JSON.stringify(found)).not.toContain(key.slice(40, 60));
    const engine = await secretsOf(secretsScanner, text);
    expect(engine.map(({ id }) => id)).toEqual([found?.id]);
  });

  test.each([
    ['azuread_application_password', 'value', { key_id: 'K-1', application_id: '/applications/o' }, 'k-1'],
    ['github_actions_secret', 'plaintext_value', { repository: 'r', secret_name: 'n' }, undefined],
    ['gitlab_deploy_token', 'token', { project: '1', deploy_token_id: 5, scopes: ['api'] }, undefined],
    ['postgresql_role', 'password', { name: 'app' }, undefined],
    ['vault_approle_auth_backend_role_secret_id', 'secret_id', { role_name: 'ci', accessor: 'acc' }, 'acc'],
    ['aws_iam_user_login_profile', 'password', { user: 'ci' }, 'arn:aws:iam::unknown:user/ci#console-password'],
    ['azurerm_storage_account', 'primary_access_key', {}, undefined],
    ['azurerm_eventhub_namespace', 'default_primary_connection_string', {}, undefined],
    [
      'google_storage_hmac_key',
      'secret',
      { access_id: 'GOOG1', service_account_email: 'a@p.iam.gserviceaccount.com' },
      'GOOG1',
    ],
  ])('of %s is told', async (type, attribute, attributes, credential) => {
    const value = made(32);
    const [found, ...more] = await secretsOf(terraformScanner, state([type, { ...attributes, [attribute]: value }]));
    expect(more).toEqual([]);
    expect(found).toMatchObject({ id: idOf(value), facts: { resource: `${type}.x`, attribute } });
    expect(found?.credentialNativeId).toBe(credential);
  });

  test.each([
    ['nothing', null],
    ['an empty text', ''],
    ['a placeholder', 'changeme'],
    ['something that is no text', ['a list']],
  ])('is not %s', async (_, value) => {
    expect(await secretsOf(terraformScanner, state(['random_password', { result: value }]))).toEqual([]);
  });
});

test('a value that is only looked up belongs to somebody else', async () => {
  const text = state(['random_password', { result: made(20) }]).replace('"managed"', '"data"');
  expect(await secretsOf(terraformScanner, text)).toEqual([]);
});

test('a type that is called like a member of every object is a type like any other', async () => {
  const value = made(20);
  const [found] = await secretsOf(secretsScanner, state(['constructor', { password: value }]));
  expect(found?.facts).toMatchObject({ resource: 'constructor.x', attribute: 'password' });
});
