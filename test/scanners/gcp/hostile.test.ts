import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gcpScanner } from '../../../scanners/gcp/index.ts';
import { recogniseGcp } from '../../../scanners/gcp/recognise.ts';
import { decodeText } from '../../../src/scan/decode-text.ts';
import { scanBytes } from '../scan-bytes.ts';

const ASSET = {
  name: '//cloudresourcemanager.googleapis.com/projects/acme-prod',
  assetType: 'cloudresourcemanager.googleapis.com/Project',
  iamPolicy: { bindings: [{ role: 'roles/viewer', members: ['user:kim@example.com'] }] },
  ancestors: ['projects/300', 'organizations/1'],
};

function headOf(text: string) {
  const head = Buffer.from(text);
  return { path: 'x', size: head.length, text: decodeText(head), head, binary: false };
}

describe('a beginning that is cut anywhere', () => {
  test.each([
    ['a list', JSON.stringify([ASSET, ASSET], null, 2)],
    ['one per line', `${JSON.stringify(ASSET)}\n${JSON.stringify(ASSET)}`],
    ['an answer', JSON.stringify({ readTime: '2026-01-01T00:00:00Z', assets: [ASSET, ASSET] })],
  ])('%s', (_, text) => {
    const enough = text.indexOf('Project"') + 'Project",'.length + 2;
    for (let end = enough; end <= text.length; end += 3) expect(recogniseGcp(headOf(text.slice(0, end)))).toBe('asset');
    for (let end = 0; end < text.indexOf('assetType'); end += 3)
      expect(recogniseGcp(headOf(text.slice(0, end)))).toBeUndefined();
  });

  test('with a byte order mark', () => {
    expect(recogniseGcp(headOf(`\uFEFF${JSON.stringify([ASSET])}`))).toBe('asset');
  });
});

test('any JSON, and what is none, comes to an end without an error of ours', async () => {
  const odd = fc.oneof(
    fc.json().map((text) => `{"assetType": "x.googleapis.com/Y", "name": "//x", "iamPolicy": ${text}}`),
    fc
      .json()
      .map(
        (text) =>
          `{"assetType": "iam.googleapis.com/Role", "name": "//iam.googleapis.com/roles/x", "resource": {"data": ${text}}}`,
      ),
    fc.json().map((text) => `[{"name": "policies/a%zz/denypolicies/x", "rules": ${text}}]`),
    fc.string().map((text) => `[{"assetType": "x", "name": "//googleapis.com", ${text}`),
  );
  await fc.assert(fc.asyncProperty(odd, async (text) => void (await scanBytes(gcpScanner, 'x.json', text))));
});

test('chunks of any size say the same', async () => {
  const text = [ASSET, ASSET].map((one) => JSON.stringify(one)).join('\n');
  const whole = await scanBytes(gcpScanner, 'x.json', text);
  for (const chunk of [1, 7, 64]) expect(await scanBytes(gcpScanner, 'x.json', text, { chunk })).toEqual(whole);
});

test('UTF-16, as PowerShell redirects it', async () => {
  const text = Buffer.from(`\uFEFF${JSON.stringify([ASSET])}`, 'utf16le');
  const { facts, problems } = await scanBytes(gcpScanner, 'x.json', text);
  expect(problems).toEqual([]);
  expect(facts.filter(({ kind }) => kind === 'grant')).toHaveLength(1);
});

test('hostile names stay data', async () => {
  const names = [
    'user:a\nb@example.com',
    'user:<script>@example.com',
    'group:\u202Eevil@example.com',
    '__proto__',
    'user:',
    ':',
  ];
  const asset = { ...ASSET, iamPolicy: { bindings: [{ role: '__proto__', members: names }] } };
  const { facts, problems } = await scanBytes(gcpScanner, 'x.json', JSON.stringify([asset]));
  expect(problems).toEqual([]);
  expect(facts.filter(({ kind }) => kind === 'grant')).toHaveLength(names.length);
});

test('a role with as many permissions as there are', async () => {
  const includedPermissions = Array.from({ length: 14_000 }, (_, index) => `service.things.verb${index}`);
  const { facts, problems } = await scanBytes(
    gcpScanner,
    'x.json',
    JSON.stringify({ includedPermissions, name: 'roles/owner', title: 'Owner', stage: 'GA', etag: 'AA==' }),
  );
  expect(problems).toEqual([]);
  expect(facts.flatMap((fact) => (fact.kind === 'grant' ? fact.body.actions : []))).toHaveLength(14_000);
});

test.each([
  [
    'an asset',
    'asset',
    { ancestors: ASSET.ancestors, assetType: ASSET.assetType, iamPolicy: policyOf(4_000), name: ASSET.name },
  ],
  [
    'a result of a search',
    'policy-search',
    { assetType: ASSET.assetType, organization: 'organizations/1', policy: policyOf(4_000), resource: ASSET.name },
  ],
  ['a policy', 'policy', { ...policyOf(4_000), etag: 'BwX=' }],
])('%s whose name comes behind a long policy', async (_, format, record) => {
  const found = await scanBytes(
    gcpScanner,
    'projects/acme-prod.json',
    JSON.stringify(format === 'policy' ? record : [record], null, 2),
  );
  expect(found.format).toBe(format);
  expect(found.facts.filter(({ kind }) => kind === 'grant')).toHaveLength(4_000);
});

function policyOf(members: number): object {
  return {
    bindings: [
      {
        members: Array.from({ length: members }, (_, index) => `user:person${index}@example.com`),
        role: 'roles/viewer',
      },
    ],
  };
}

test('nothing of a key but its metadata is kept', async () => {
  const key = {
    name: 'projects/p/serviceAccounts/a@p.iam.gserviceaccount.com/keys/1',
    keyType: 'USER_MANAGED',
    privateKeyData: 'bm90LWEta2V5',
    publicKeyData: 'bm90LWEta2V5',
  };
  const { facts } = await scanBytes(gcpScanner, 'x.json', JSON.stringify([key]));
  expect(facts).not.toHaveLength(0);
  expect(JSON.stringify(facts)).not.toContain('bm90LWEta2V5');
});
