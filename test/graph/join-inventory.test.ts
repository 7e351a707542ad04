import { describe, expect, it } from 'vitest';
import { joinCredentials } from '../../src/graph/join-credentials.ts';
import { joinInventory } from '../../src/graph/join-inventory.ts';
import { matchSecrets as matchAll } from '../../src/graph/match-secrets.ts';
import { credential, inventoryOf, principal, secret } from '../support/facts.ts';

const matchSecrets = (...rows: Parameters<typeof matchAll>) => matchAll(...rows).matches;
const user = principal('aws', 'user', 'arn:aws:iam::111122223333:user/ci');

describe('matchSecrets', () => {
  it('matches by the id of the credential, of the same platform only', () => {
    const key = credential('aws', 'access-key', 'AKIAEXAMPLEEXAMPLE01', user);
    const hit = secret('a', { platform: 'aws', credentialNativeId: key.nativeId });
    const other = secret('b', { platform: 'gcp', credentialNativeId: key.nativeId });
    const matches = matchSecrets(inventoryOf({ principals: [user], credentials: [key], secrets: [hit, other] }));
    expect([...matches.keys()]).toEqual([hit.id]);
    expect(matches.get(hit.id)).toMatchObject({ credential: { id: key.id }, principal: { id: user.id } });
  });

  it('matches a key file to its service account by e-mail', () => {
    const account = principal('gcp', 'service-account', 'ci@acme.iam.gserviceaccount.com');
    const file = secret('c', { facts: { client_email: 'ci@acme.iam.gserviceaccount.com' } });
    expect(matchSecrets(inventoryOf({ principals: [account], secrets: [file] })).get(file.id)?.principal?.id).toBe(
      account.id,
    );
  });

  it('matches a token to its service account only where one cluster has it', () => {
    const token = secret('d', { facts: { sub: 'system:serviceaccount:shop:api' } });
    const one = principal('kubernetes', 'service-account', 'prod/shop/api', { scope: ['prod', 'shop'] });
    const two = principal('kubernetes', 'service-account', 'test/shop/api', { scope: ['test', 'shop'] });
    const match = (...accounts: (typeof one)[]) =>
      matchSecrets(inventoryOf({ principals: accounts, secrets: [token] })).get(token.id)?.principal?.id;
    expect(match(one)).toBe(one.id);
    expect(match(one, two)).toBeUndefined();
  });
});

describe('joinCredentials', () => {
  const createdAt = '2025-10-06T08:00:00Z';
  const listed = credential('aws', 'access-key', 'AKIAEXAMPLEEXAMPLE01', user, { createdAt });
  const row = credential('aws', 'access-key', `${user.nativeId}#access-key-1`, user, {
    createdAt: '2025-10-06T08:00:00+00:00',
    join: { by: 'position', confidence: 'low' },
    usage: { lastUsedAt: '2026-11-19T00:00:00Z', source: 'aws-credential-report', confidence: 'high' },
  });

  it('lends the usage of a report row to the key that was made in the same second', () => {
    const { credentials } = joinCredentials(inventoryOf({ principals: [user], credentials: [listed, row] }));
    expect([...credentials.keys()]).toEqual([listed.id]);
    expect(credentials.get(listed.id)).toMatchObject({
      usage: row.usage,
      join: { by: 'creation time', confidence: 'high' },
    });
  });

  it.each([
    ['another second', [{ ...listed, createdAt: '2025-10-06T08:00:01Z' }]],
    ['another user', [{ ...listed, principal: 'aws:user:other' }]],
    ['two keys of one second', [listed, { ...listed, id: 'aws:access-key:B', nativeId: 'B' }]],
  ])('leaves the row alone with %s', (_, keys) => {
    const { credentials } = joinCredentials(inventoryOf({ credentials: [...keys, row] }));
    expect(credentials.get(row.id)).toBeDefined();
  });

  it('takes the later of two uses', () => {
    const used = {
      ...listed,
      usage: { lastUsedAt: '2026-11-20T00:00:00Z', source: 'aws-access-key-last-used', confidence: 'high' as const },
    };
    const { credentials } = joinCredentials(inventoryOf({ credentials: [used, row] }));
    expect(credentials.get(listed.id)?.usage?.source).toBe('aws-access-key-last-used');
  });
});

describe('dropListings', () => {
  const listed = credential('aws', 'access-key', 'AKIAEXAMPLEEXAMPLE01', user, {
    locations: [{ path: 'keys.json', line: 3 }],
  });
  const id = (...paths: string[]) =>
    secret('id', {
      rule: 'aws/access-key-id',
      platform: 'aws',
      credentialNativeId: listed.nativeId,
      locations: paths.map((path) => ({ path, line: 5 })),
    });
  const left = (found: ReturnType<typeof id>) =>
    [
      ...joinInventory(inventoryOf({ principals: [user], credentials: [listed], secrets: [found] })).secrets.values(),
    ].map(({ locations }) => locations.map(({ path }) => path));

  it('does not take the export that lists a key for a leak of it', () => {
    expect(left(id('keys.json'))).toEqual([]);
  });

  it('keeps a file that has the key as well as its id', () => {
    expect(left({ ...id('keys.json'), rule: 'aws/access-key' })).toEqual([['keys.json']]);
  });

  it('keeps every other place', () => {
    expect(left(id('deploy/.env', 'keys.json'))).toEqual([['deploy/.env']]);
    expect(left(id('deploy/.env'))).toEqual([['deploy/.env']]);
  });
});

describe('resolveAliases', () => {
  it('gives a key that is filed under a name without path to the user with the path', () => {
    const listed = principal('aws', 'user', 'arn:aws:iam::111122223333:user/team/ci', {
      aliases: ['arn:aws:iam::111122223333:user/ci'],
    });
    const twin = principal('aws', 'user', 'arn:aws:iam::111122223333:user/ci', { seen: 'referenced' });
    const key = credential('aws', 'access-key', 'AKIAEXAMPLEEXAMPLE02', twin);
    const joined = joinInventory(inventoryOf({ principals: [listed, twin], credentials: [key] }));
    expect([...joined.principals.keys()]).toEqual([listed.id]);
    expect(joined.credentials.get(key.id)?.principal).toBe(listed.id);
  });
});
