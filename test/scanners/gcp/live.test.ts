import { afterEach, describe, expect, it } from 'vitest';
import { jsonAnswer as json, type LiveApi, startLiveApi } from '../../support/live-scan.ts';

const TOKEN = ['token', 'of', 'a', 'test'].join('-');
const EMAIL = 'deploy@acme.iam.gserviceaccount.com';
const PROJECT = '//cloudresourcemanager.googleapis.com/projects/acme';

const RESOURCES = [
  [
    {
      name: PROJECT,
      assetType: 'cloudresourcemanager.googleapis.com/Project',
      ancestors: ['projects/1234', 'organizations/99'],
      resource: {
        version: 'v1',
        data: { projectId: 'acme', projectNumber: '1234', lifecycleState: 'ACTIVE', name: 'acme' },
      },
    },
  ],
  [
    {
      name: `//iam.googleapis.com/projects/acme/serviceAccounts/11112222`,
      assetType: 'iam.googleapis.com/ServiceAccount',
      ancestors: ['projects/1234', 'organizations/99'],
      resource: {
        version: 'v1',
        data: { name: `projects/acme/serviceAccounts/${EMAIL}`, email: EMAIL, projectId: 'acme', uniqueId: '11112222' },
      },
    },
  ],
];
const POLICY = {
  name: PROJECT,
  assetType: 'cloudresourcemanager.googleapis.com/Project',
  ancestors: ['projects/1234', 'organizations/99'],
  iamPolicy: { bindings: [{ role: 'roles/owner', members: [`serviceAccount:${EMAIL}`] }] },
};

let api: LiveApi;
afterEach(async () => {
  await api.close();
});

const start = (policies: () => ReturnType<typeof json>) =>
  startLiveApi(({ headers }, url) => {
    if (headers.authorization !== `Bearer ${TOKEN}`) return json({ error: { code: 401 } }, {}, 401);
    if (url.pathname !== '/v1/projects/acme/assets') return json({ error: { code: 404 } }, {}, 404);
    const readTime = '2026-11-22T11:00:00Z';
    if (url.searchParams.get('contentType') === 'IAM_POLICY') return policies();
    return url.searchParams.get('pageToken') === 'two'
      ? json({ readTime, assets: RESOURCES[1] })
      : json({ readTime, assets: RESOURCES[0], nextPageToken: 'two' });
  });
const env = () => ({ CLOUD_ASSET_ENDPOINT: `https://${api.server.host}`, GOOGLE_OAUTH_ACCESS_TOKEN: TOKEN });

describe('lapse scan --live gcp', () => {
  it('reads the inventory of a project, page by page, and sees who owns it', async () => {
    api = await start(() => json({ assets: [POLICY] }));
    const { code, stdout, stderr } = await api.scan('gcp=projects/acme', env());
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const report = JSON.parse(stdout);
    expect(report.problems).toEqual([]);
    expect(stdout).not.toContain(TOKEN);
    const shown = await api.lapse(['graph', EMAIL, '--to', 'admin']);
    expect(shown.stdout).toContain('admin of');
  });

  it('is incomplete when policies may not be read', async () => {
    api = await start(() => json({ error: { code: 403 } }, {}, 403));
    const { code, stdout } = await api.scan('gcp=projects/acme', env());
    expect(code).toBe(3);
    expect(stdout).toContain('v1/projects/acme/assets: Google Cloud answers 403');
  });

  it.each(['', 'acme', 'projects/a/b'])('refuses %j', async (target) => {
    api = await start(() => json({}));
    const { code, stderr } = await api.scan(`gcp=${target}`, env());
    expect(code).toBe(2);
    expect(stderr).toContain('what to ask about is not said');
  });
});
