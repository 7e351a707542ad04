import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { azureScanner } from '../../../scanners/azure/index.ts';
import type { Fact } from '../../../src/model/fact.ts';
import type { SourceFile } from '../../../src/scan/scanner.ts';
import { describeFact } from '../describe-fact.ts';
import { scanBytes } from '../scan-bytes.ts';

const fixture = (path: string) => readFileSync(new URL(`../../fixtures/scanners/azure/${path}`, import.meta.url));
const LIST = fixture('entra/input/service-principals.json');

const principals = async (content: string) => {
  const { facts } = await scanBytes(azureScanner, 'x.json', content);
  return new Map(facts.flatMap((fact) => (fact.kind === 'principal' ? [[fact.body.name, fact.body] as const] : [])));
};

const servicePrincipal = (name: string, owner: string | null, audience: string) => ({
  id: `0000000${name.length}-0000-4000-8000-0000000000aa`,
  appId: `0000000${name.length}-0000-4000-8000-0000000000bb`,
  displayName: name,
  servicePrincipalType: 'Application',
  appOwnerOrganizationId: owner,
  signInAudience: audience,
});
const OWN = '7a000000-0000-4000-8000-000000000001';
const OTHER = '7a000000-0000-4000-8000-0000000000ee';

describe('whose an application is', () => {
  it('is told by an application for one tenant only, wherever it stands', async () => {
    const found = await principals(LIST.toString());
    expect(found.get('partner-sync')?.thirdParty).toBe(true);
    expect(found.get('deploy')?.thirdParty).toBe(false);
    expect(found.get('Microsoft Graph')).toMatchObject({ thirdParty: false, attributes: { first_party: true } });
    expect(found.get('web-1')?.thirdParty).toBeUndefined();
  });

  it('is not told where nothing says which tenant it is', async () => {
    const found = await principals(JSON.stringify([servicePrincipal('theirs', OTHER, 'AzureADMultipleOrgs')]));
    expect(found.get('theirs')).toBeDefined();
    expect(found.get('theirs')?.thirdParty).toBeUndefined();
  });

  it('is told by the tenant of an organization or a subscription in the file', async () => {
    const organization = { id: OWN, displayName: 'Acme', verifiedDomains: [{ name: 'acme.example' }] };
    const lines = [servicePrincipal('theirs', OTHER, 'AzureADMultipleOrgs'), organization].map((one) =>
      JSON.stringify(one),
    );
    expect((await principals(lines.join('\n'))).get('theirs')?.thirdParty).toBe(true);
  });

  it('knows who is disabled, and by whom', async () => {
    const found = await principals(LIST.toString());
    expect(found.get('disabled')?.enabled).toBe(false);
    expect(found.get('deploy')?.enabled).toBe(true);
  });
});

describe('a client secret that was left in an export', () => {
  it('is kept as a fingerprint only, joined by its key id', async () => {
    const value = ['not', 'a', 'real', 'secret'].join('-');
    const content = JSON.stringify([
      {
        id: 'o',
        appId: OWN,
        displayName: 'x',
        signInAudience: 'AzureADMyOrg',
        passwordCredentials: [{ keyId: OTHER, endDateTime: null, hint: 'not', secretText: value }],
      },
    ]);
    const facts: Fact[] = [];
    const bytes = Buffer.from(content);
    const file: SourceFile = {
      path: 'apps.json',
      size: bytes.length,
      text: content,
      head: bytes,
      binary: false,
      readText: async () => content,
      async *stream() {
        yield bytes;
      },
    };
    await azureScanner.read(file, {
      emit: (fact) => facts.push(fact),
      problem: ({ message }) => expect.unreachable(message),
      now: new Date('2026-01-02T03:04:05Z'),
      cluster: 'c',
      fingerprint: () => 'f0'.repeat(32),
    });
    expect(JSON.stringify(facts)).not.toContain(value);
    expect(facts).toContainEqual(
      expect.objectContaining({
        kind: 'secret',
        body: expect.objectContaining({ credentialNativeId: OTHER, platform: 'azure', facts: { client_id: OWN } }),
      }),
    );
    const credential = facts.find(({ kind }) => kind === 'credential')?.body;
    expect(credential).toMatchObject({ status: 'active', attributes: { fingerprint: 'f0'.repeat(32) } });
    expect(credential).not.toHaveProperty('expiresAt');
  });
});

describe('the same export', () => {
  const said = (facts: readonly Fact[]) =>
    facts.map((fact) => describeFact(fact).replaceAll(/x\.json:\d+:\d+ ?/g, '')).sort();

  it('says the same bare, in an answer, one per line, in another case, and however the stream is cut', async () => {
    const whole = JSON.parse(LIST.toString()) as readonly object[];
    const { facts: expected } = await scanBytes(azureScanner, 'x.json', LIST);
    const snake = LIST.toString().replaceAll(
      /"(\w+)":/g,
      (_, name: string) => `"${name.replaceAll(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)}":`,
    );
    const variants = [
      JSON.stringify({ value: whole }),
      whole.map((one) => JSON.stringify(one)).join('\n'),
      JSON.stringify({ results: whole, count: whole.length }),
      `\uFEFF${LIST.toString().replaceAll('\n', '\r\n')}`,
      snake,
    ];
    for (const variant of variants) {
      const { facts, problems } = await scanBytes(azureScanner, 'x.json', variant);
      expect(problems).toEqual([]);
      expect(said(facts)).toEqual(said(expected));
    }
    for (const chunk of [1, 97, 4096])
      expect((await scanBytes(azureScanner, 'x.json', LIST, { chunk })).facts).toEqual(expected);
  });

  it('is recognised from its first members on, keeps what was whole, and says where it ends', async () => {
    for (let size = 700; size < LIST.length - 3; size += 211) {
      const { format, problems } = await scanBytes(azureScanner, 'x.json', LIST.subarray(0, size));
      expect(format).toBe('service-principals');
      expect(problems).toEqual([expect.stringMatching(/^ERR_SCAN_SYNTAX x\.json:\d+:\d+: the file ends inside/)]);
    }
  });
});

describe('hostile input', () => {
  it('names are kept as they are, for outputs to escape', async () => {
    const name = 'a\u202eb\n<script>\u0007';
    const found = await principals(JSON.stringify([servicePrincipal(name, OWN, 'AzureADMyOrg')]));
    expect(found.get(name)?.name).toBe(name);
  });

  it('never fails but by saying so', async () => {
    const beginnings = [
      '',
      '[{"appId":"x","id":"y","servicePrincipalType":"',
      '{"value":[{"principalId":"a","roleDefinitionId":"b","scope":"/","id":"',
    ];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...beginnings), fc.string({ unit: 'binary' }), async (begin, rest) => {
        await scanBytes(azureScanner, 'x.json', `${begin}${rest}`);
      }),
      { numRuns: 100 },
    );
    const members = fc.constantFrom(
      'id',
      'appId',
      'servicePrincipalType',
      'principalId',
      'roleDefinitionId',
      'scope',
      'properties',
      'permissions',
      'roleName',
      'owners',
      'members',
      'value',
      'children',
      'type',
      '__proto__',
      'issuer',
      'subject',
      'audiences',
      'keyId',
      'hint',
      'endDateTime',
      'identity',
      'passwordCredentials',
    );
    const element = fc.dictionary(
      members,
      fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant('/subscriptions/a/providers/b/c/d')),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(element, { maxLength: 4 }), element, async (list, single) => {
        for (const content of [JSON.stringify(list), JSON.stringify({ value: list }), JSON.stringify(single)])
          await scanBytes(azureScanner, 'x.json', content);
      }),
      { numRuns: 150 },
    );
  });
});

it('knows a group of which only some fields were asked for by the members that stand in it', async () => {
  const [group, member] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'];
  const { format, facts } = await scanBytes(
    azureScanner,
    'g.json',
    JSON.stringify([
      { id: group, displayName: 'ops', members: [{ '@odata.type': '#microsoft.graph.servicePrincipal', id: member }] },
    ]),
  );
  expect(format).toBe('groups');
  const members = facts.filter(({ kind, body }) => kind === 'trust' && 'how' in body && body.how === 'member-of');
  expect(members).toHaveLength(1);
  const other = await scanBytes(azureScanner, 'team.json', JSON.stringify([{ id: group, members: [{ id: member }] }]));
  expect(other.format).toBeUndefined();
});
