import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runLapse } from '../../support/processes.ts';
import { startVendorServer, type VendorAnswer, type VendorServer } from '../../support/vendor-server.ts';

const TOKEN = ['token', 'of', 'a', 'test'].join('-');
const json = (body: unknown, headers: Readonly<Record<string, string>> = {}): VendorAnswer => ({
  status: 200,
  body: JSON.stringify(body),
  headers,
});
const refused = (status: number): VendorAnswer => ({
  status,
  body: JSON.stringify({
    message: 'Not Found',
    documentation_url: 'https://docs.github.com/rest',
    status: String(status),
  }),
});

const repository = (name: string) => ({
  id: 7,
  node_id: 'R_1',
  name,
  full_name: `acme/${name}`,
  owner: { login: 'acme', id: 1 },
  private: true,
  html_url: `https://github.com/acme/${name}`,
});
const deployKey = (id: number, read_only: boolean) => ({
  id,
  key: 'ssh-ed25519 AAAA',
  title: `deploy ${id}`,
  verified: true,
  created_at: '2024-01-01T00:00:00Z',
  read_only,
  enabled: true,
});

const ANSWERS: Readonly<Record<string, VendorAnswer>> = {
  '/orgs/acme/actions/permissions/workflow': json({
    default_workflow_permissions: 'write',
    can_approve_pull_request_reviews: false,
  }),
  '/orgs/acme/actions/secrets': json({ total_count: 0, secrets: [] }),
  '/orgs/acme/dependabot/secrets': json({ total_count: 0, secrets: [] }),
  '/orgs/acme/installations': json({ total_count: 0, installations: [] }),
  '/orgs/acme/actions/oidc/customization/sub': json({ include_claim_keys: ['repo', 'context'] }),
  '/repos/acme/shop': json(repository('shop')),
  '/repos/acme/site': json(repository('site')),
  '/repos/acme/shop/actions/permissions/workflow': json({
    default_workflow_permissions: 'read',
    can_approve_pull_request_reviews: false,
  }),
  '/repos/acme/shop/actions/oidc/customization/sub': json({ use_default: true }),
  '/repos/acme/shop/actions/secrets': json({
    total_count: 1,
    secrets: [{ name: 'DEPLOY_TOKEN', created_at: '2024-01-01T00:00:00Z', updated_at: '2024-01-01T00:00:00Z' }],
  }),
  '/repos/acme/shop/dependabot/secrets': json({ total_count: 0, secrets: [] }),
};

let folder: string;
let server: VendorServer;
let busy: boolean;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lapse-live-github-'));
  busy = true;
  server = await startVendorServer(({ path, headers }) => {
    const url = new URL(path, 'https://api.example');
    if (headers.authorization !== `Bearer ${TOKEN}`) return refused(401);
    const page = url.searchParams.get('page') ?? '1';
    const next = (name: string) => ({ link: `<https://${server.host}${name}?page=2>; rel="next", <x>; rel="last"` });
    if (url.pathname === '/orgs/acme/repos') {
      return page === '1' ? json([repository('shop')], next('/orgs/acme/repos')) : json([repository('site')]);
    }
    if (url.pathname === '/repos/acme/shop/keys') {
      // GitHub says 403 where it means that it was too much.
      if (busy) {
        busy = false;
        return { ...refused(403), headers: { 'retry-after': '1' } };
      }
      return page === '1' ? json([deployKey(1, true)], next('/repos/acme/shop/keys')) : json([deployKey(2, false)]);
    }
    return ANSWERS[url.pathname] ?? refused(404);
  });
  writeFileSync(join(folder, 'ca.pem'), server.ca);
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const scan = (target: string, token = TOKEN) =>
  runLapse(['scan', '--live', `github=${target}`, '--format', 'json', '--fail-on', 'none'], {
    cwd: folder,
    env: {
      GITHUB_API_URL: `https://${server.host}`,
      GH_TOKEN: token,
      NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'),
    },
  });

describe('lapse scan --live github', () => {
  it('asks about an organization and its repositories, page by page, and says what it may not read', async () => {
    const { code, stdout, stderr } = await scan('acme');
    expect(stderr).toBe('');
    const report = JSON.parse(stdout);
    const keys = report.credentials.filter(({ kind }: { kind: string }) => kind === 'deploy-key');
    expect(keys).toHaveLength(2);
    expect(report.credentials.map(({ native_id }: { native_id: string }) => native_id)).toContain(
      'acme/shop#DEPLOY_TOKEN',
    );
    // All of the second repository but itself is refused: nothing of it counts as not there.
    expect(code).toBe(3);
    const [problem, ...others] = report.problems.map(({ message }: { message: string }) => message);
    expect(others).toEqual([]);
    expect(problem).toContain(
      'repos/acme/site/keys: GitHub answers 404: it may not be read, or is not there; and 4 more: ',
    );
    for (const path of [
      'actions/permissions/workflow',
      'actions/oidc/customization/sub',
      'actions/secrets',
      'dependabot/secrets',
    ])
      expect(problem).toContain(`/repos/acme/site/${path}.json`);
    expect(server.received.every(({ method }) => method === 'GET')).toBe(true);
    expect(stdout).not.toContain(TOKEN);
  });

  it('asks about one repository', async () => {
    const { code, stdout } = await scan('acme/shop');
    expect(code).toBe(0);
    expect(JSON.parse(stdout).problems).toEqual([]);
    expect(server.received.some(({ path }) => path.startsWith('/orgs/'))).toBe(false);
  });

  it('is incomplete when the token is not known, and does not repeat it', async () => {
    const wrong = ['nobody', 'knows', 'this'].join('-');
    const { code, stdout, stderr } = await scan('acme/shop', wrong);
    expect(code).toBe(3);
    expect(stdout).toContain('repos/acme/shop: GitHub answers 401: it does not know who asks');
    expect(stdout + stderr).not.toContain(wrong);
  });

  it.each(['', 'a/b/c', '../x'])('refuses %j', async (target) => {
    const { code, stderr } = await scan(target);
    expect(code).toBe(2);
    expect(stderr).toContain('whom to ask about is not said');
  });
});
