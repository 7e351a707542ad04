import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { jsonAnswer as json, type LiveApi, startLiveApi } from '../../support/live-scan.ts';

const TOKEN = ['hvs', 'of', 'a', 'test'].join('.');
const answer = (data: unknown) => json({ request_id: 'r', lease_id: '', lease_duration: 0, renewable: false, data });
const POLICY = 'path "secret/*" {\n  capabilities = ["read"]\n}\n';
const MANY = Array.from({ length: 1_203 }, (_, n) => `p${String(n).padStart(4, '0')}`);

/** What a server of OpenBao has, by path. */
const READS: Readonly<Record<string, unknown>> = {
  'sys/auth': {
    'approle/': { type: 'approle', accessor: 'auth_approle_1' },
    'gh/': { type: 'jwt' },
    'token/': { type: 'token' },
    'userpass/': { type: 'userpass' },
    'radius/': { type: 'radius' },
  },
  'sys/mounts': { 'database/': { type: 'database' }, 'secret/': { type: 'kv' } },
  'sys/policies/acl/ci': { name: 'ci', policy: POLICY },
  'auth/approle/role/ci': { token_policies: ['ci'], secret_id_ttl: 0, secret_id_num_uses: 0, bind_secret_id: true },
  'auth/gh/config': { bound_issuer: 'https://token.actions.githubusercontent.com' },
  'auth/gh/role/deploy': {
    user_claim: 'sub',
    bound_subject: 'repo:acme/shop:ref:refs/heads/main',
    token_policies: ['ci'],
  },
  'auth/userpass/users/mira': { token_policies: [] },
  'identity/group/id/g1': { id: 'g1', name: 'ops', policies: ['ci'], member_entity_ids: ['e1'] },
  'identity/entity/id/e1': {
    id: 'e1',
    name: 'mira',
    policies: [],
    aliases: [{ name: 'mira', mount_path: 'auth/userpass/', mount_type: 'userpass' }],
  },
  'database/roles/app': { db_name: 'shop', default_ttl: 3600 },
};
const LISTS: Readonly<Record<string, readonly string[]>> = {
  'sys/policies/acl': ['ci'],
  'auth/approle/role': ['ci'],
  'auth/gh/role': ['deploy'],
  'auth/userpass/users': ['mira'],
  'identity/group/id': ['g1'],
  'identity/entity/id': ['e1'],
  'database/roles': ['app'],
};

let api: LiveApi;
afterEach(async () => {
  await api.close();
});

interface Server {
  readonly refused?: readonly string[];
  readonly lists?: Readonly<Record<string, readonly string[]>>;
  readonly pages?: boolean;
  readonly namespace?: string;
  readonly busy?: number;
}

function start({ refused = [], lists = {}, pages = true, namespace, busy = 0 }: Server = {}) {
  let failures = busy;
  return startLiveApi(({ headers }, url) => {
    const path = decodeURIComponent(url.pathname.replace('/v1/', ''));
    if (headers['x-vault-token'] !== TOKEN) return json({ errors: ['permission denied'] }, {}, 403);
    if (namespace !== undefined && headers['x-vault-namespace'] !== namespace) return json({ errors: [] }, {}, 404);
    if (failures-- > 0) return json({ errors: ['rate limit'] }, { 'retry-after': '0' }, 429);
    if (refused.includes(path)) return json({ errors: ['1 error occurred: permission denied'] }, {}, 403);
    if (url.searchParams.get('list') !== 'true') {
      const policy = /^sys\/policies\/acl\/(p\d+)$/.exec(path)?.[1];
      if (policy !== undefined) return answer({ name: policy, policy: POLICY });
      return READS[path] === undefined ? json({ errors: [] }, {}, 404) : answer(READS[path]);
    }
    const all = { ...LISTS, ...lists }[path];
    if (all === undefined) return json({ errors: [] }, {}, 404);
    const after = url.searchParams.get('after');
    const rest = pages && after !== null ? all.filter((name) => name > after) : all;
    return answer({ keys: pages ? rest.slice(0, Number(url.searchParams.get('limit') ?? rest.length)) : rest });
  });
}

const env = () => ({ VAULT_ADDR: `https://${api.server.host}`, VAULT_TOKEN: TOKEN });
const lists = () => api.server.received.filter(({ path }) => path.startsWith('/v1/sys/policies/acl?'));

describe('lapse scan --live vault', () => {
  it('asks for policies, roles, identities and database roles', async () => {
    api = await start();
    const { code, stdout, stderr } = await api.scan('vault', env());
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    const host = api.server.host;
    const ids = report.principals.map(({ id }: { id: string }) => id.replaceAll(host, 'HOST'));
    expect(ids).toEqual(
      expect.arrayContaining([
        'vault:policy:HOST/ci',
        'vault:approle:HOST/auth/approle/role/ci',
        'vault:jwt-role:HOST/auth/gh/role/deploy',
        'vault:auth-role:HOST/auth/userpass/role/mira',
        'vault:entity:HOST/identity/entity/e1',
        'vault:group:HOST/identity/group/g1',
        'vault:database-role:HOST/database/roles/app',
      ]),
    );
    expect(stdout).not.toContain(TOKEN);
    expect(api.server.received.every(({ method }) => method === 'GET')).toBe(true);
    // An entity gives whoever signs in as it what its groups have.
    const who = await api.lapse(['ls', '--format', 'json', '--can', 'read', '--on', 'secret/x']);
    expect(who.stdout).toContain('userpass/role/mira');
  });

  it.each([
    ['in pages', true, 3],
    ['whole, from a server without pages', false, 1],
  ])('reads a long list %s', async (_, pages, asked) => {
    api = await start({ pages, lists: { 'sys/policies/acl': MANY } });
    const { code, stdout } = await api.scan('vault', env());
    expect(code).toBe(0);
    const policies = JSON.parse(stdout).principals.filter(
      ({ kind, seen }: { kind: string; seen: string }) => kind === 'policy' && seen === 'listed',
    );
    expect(policies).toHaveLength(MANY.length);
    expect(lists()).toHaveLength(asked);
  });

  it('says what it may not read, each by its path, and reads the rest', async () => {
    api = await start({ refused: ['auth/approle/role', 'identity/entity/id/e1', 'sys/mounts'] });
    const { code, stdout } = await api.scan('vault', env());
    const { problems, principals } = JSON.parse(stdout);
    expect(code).toBe(3);
    expect(JSON.stringify(problems)).toContain('403');
    expect(problems.every((problem: { code: string }) => problem.code === 'ERR_LIVE_REFUSED')).toBe(true);
    expect(principals.some(({ kind }: { kind: string }) => kind === 'jwt-role')).toBe(true);
    expect(principals.some(({ kind }: { kind: string }) => kind === 'approle')).toBe(false);
  });

  it('asks again when the server is busy', async () => {
    api = await start({ busy: 2 });
    expect((await api.scan('vault', env())).code).toBe(0);
  });

  it('asks in a namespace, with the token of a file and certificates of its own', async () => {
    api = await start({ namespace: 'team-a' });
    mkdirSync(join(api.folder, 'home'));
    writeFileSync(join(api.folder, 'home', '.vault-token'), `${TOKEN}\n`);
    const { code, stdout } = await api.scan(`vault=https://${api.server.host}`, {
      HOME: join(api.folder, 'home'),
      VAULT_NAMESPACE: 'team-a/',
      VAULT_CACERT: join(api.folder, 'ca.pem'),
      NODE_EXTRA_CA_CERTS: '',
    });
    expect(code).toBe(0);
    expect(stdout).toContain(`${api.server.host}/team-a/ci`);
  });

  it.each([
    ['no server', 'vault', {}, 'which server to ask is not said'],
    ['no token', 'vault=https://localhost:1', {}, 'no token for Vault'],
    ['a token that is none', 'vault=https://localhost:1', { VAULT_TOKEN: 'a\nb' }, 'the token for Vault is none'],
    ['no address', 'vault=localhost', { VAULT_TOKEN: TOKEN }, 'no address of a server'],
    ['no TLS', 'vault=http://vault.example', { VAULT_TOKEN: TOKEN }, 'is not asked without TLS'],
    [
      'certificates that are not there',
      'vault=https://localhost:1',
      { VAULT_TOKEN: TOKEN, VAULT_CACERT: '/missing.pem' },
      'cannot be read',
    ],
  ])('needs more than %s', async (_, live, said, message) => {
    api = await start();
    const { code, stderr } = await api.scan(live, { HOME: api.folder, ...said });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
