import { afterEach, describe, expect, it } from 'vitest';
import { jsonAnswer as json, type LiveApi, startLiveApi } from '../../support/live-scan.ts';

const TOKEN = ['token', 'of', 'a', 'test'].join('-');
const PROJECT = {
  id: 77,
  path_with_namespace: 'acme/shop',
  name: 'shop',
  visibility: 'private',
  web_url: 'https://gitlab.example/acme/shop',
};
const deployToken = (id: number, scopes: readonly string[]) => ({
  id,
  name: `deploy ${id}`,
  username: `gitlab+deploy-token-${id}`,
  expires_at: null,
  revoked: false,
  expired: false,
  scopes,
});

let api: LiveApi;
afterEach(async () => {
  await api.close();
});

const start = () =>
  startLiveApi(({ headers }, url) => {
    if (headers['private-token'] !== TOKEN) return json({ message: '401 Unauthorized' }, {}, 401);
    const path = decodeURIComponent(url.pathname.replace('/api/v4/', ''));
    if (path === 'groups/acme/projects') return json([PROJECT]);
    if (path === 'projects/acme/shop') return json(PROJECT);
    if (path === 'groups/acme/access_tokens') return json({ message: '403 Forbidden' }, {}, 403);
    if (path === 'projects/acme/shop/deploy_tokens') {
      const next = `<https://${api.server.host}/api/v4/projects/acme%2Fshop/deploy_tokens?per_page=100&page=2>; rel="next"`;
      return url.searchParams.get('page') === '2'
        ? json([deployToken(2, ['write_registry'])])
        : json([deployToken(1, ['read_repository'])], { link: next });
    }
    if (path === 'projects/acme/shop/job_token_scope') return json({ inbound_enabled: true, outbound_enabled: false });
    return json([]);
  });

describe('lapse scan --live gitlab', () => {
  it('asks about a group and its projects, and says what it may not read', async () => {
    api = await start();
    const { code, stdout, stderr } = await api.scan('gitlab=acme', {
      GITLAB_HOST: `https://${api.server.host}`,
      GITLAB_TOKEN: TOKEN,
    });
    expect(stderr).toBe('');
    const report = JSON.parse(stdout);
    expect(report.problems.map(({ message }: { message: string }) => message)).toEqual([
      'groups/acme/access_tokens: GitLab answers 403: it may not be read, or is not there',
    ]);
    expect(code).toBe(3);
    const tokens = report.credentials.filter(({ kind }: { kind: string }) => kind === 'deploy-token');
    expect(tokens).toHaveLength(2);
    expect(stdout).not.toContain(TOKEN);
  });

  it('never asks for what holds values, and only reads', async () => {
    api = await start();
    await api.scan('gitlab=acme/shop', { GITLAB_HOST: `https://${api.server.host}`, GITLAB_TOKEN: TOKEN });
    expect(api.server.received.length).toBeGreaterThan(5);
    expect(api.server.received.every(({ method }) => method === 'GET')).toBe(true);
    expect(api.server.received.some(({ path }) => /variables|triggers|groups/.test(path))).toBe(false);
  });

  it('needs a token', async () => {
    api = await start();
    const { code, stderr } = await api.scan('gitlab=acme', {});
    expect(code).toBe(2);
    expect(stderr).toContain('no token for GitLab');
  });
});
