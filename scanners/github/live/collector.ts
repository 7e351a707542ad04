import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { AppError } from '../../../src/errors.ts';
import { apiClient } from '../../../src/scan/live/api-client.ts';
import type { CollectedFile, Collector, LiveContext } from '../../../src/scan/live/collector.ts';
import { nextByLink, RestListing } from '../../../src/scan/live/rest-listing.ts';

const run = promisify(execFile);

/** What is asked of an organization. Some of it only some organizations have: then GitHub answers 404. */
const OF_ORGANIZATION: readonly Endpoint[] = [
  { path: 'actions/permissions/workflow' },
  { path: 'actions/secrets' },
  { path: 'dependabot/secrets' },
  { path: 'installations' },
  { path: 'actions/oidc/customization/sub' },
  { path: 'personal-access-tokens', optional: true },
  { path: 'credential-authorizations', optional: true },
];

const OF_REPOSITORY: readonly Endpoint[] = [
  { path: 'keys' },
  { path: 'actions/permissions/workflow' },
  { path: 'actions/oidc/customization/sub' },
  { path: 'actions/secrets' },
  { path: 'dependabot/secrets' },
];

interface Endpoint {
  readonly path: string;
  readonly optional?: true;
}

/**
 * Asks GitHub's REST API about one repository (`--live github=OWNER/REPO`) or an organization with all of its repositories
 * (`--live github=ORG`), as the token of `GH_TOKEN` or `GITHUB_TOKEN`, or the one that `gh` has.
 *
 * Least permission: a fine-grained token that reads administration, secrets, environments and Actions of the repositories, and
 * administration, secrets and personal access tokens of the organization.
 */
export const githubCollector: Collector = {
  id: 'github',
  scanner: 'github',
  async connect(target, context) {
    if (target === undefined || !/^[A-Za-z\d][\w-]*(?:\/(?!\.\.?$)[\w.-]+)?$/.test(target)) {
      throw new AppError('ERR_USAGE', '--live github: whom to ask about is not said', {
        hint: '--live github=ORGANIZATION, or --live github=OWNER/REPOSITORY',
      });
    }
    const { base, host } = serverOf(context);
    const token = await tokenOf(host, context);
    const client = apiClient({
      base,
      headers: async () => ({
        accept: 'application/vnd.github+json',
        'x-github-api-version': '2022-11-28',
        authorization: `Bearer ${token}`,
      }),
      now: context.now,
    });
    return {
      name: `github:${host === 'github.com' ? '' : `${host}/`}${target}`,
      collect: (report) => {
        const rest = new RestListing({ client, provider: 'GitHub', report, next: nextByLink });
        return target.includes('/') ? repository(rest, target) : organization(rest, target);
      },
      close: async () => undefined,
    };
  },
};

/** As `gh` has it: `GH_HOST` names an Enterprise Server; a runner says where the API is. */
function serverOf({ env }: LiveContext): { readonly base: string; readonly host: string } {
  const { GH_HOST, GITHUB_API_URL } = env;
  if (GITHUB_API_URL !== undefined)
    return { base: GITHUB_API_URL, host: new URL(GITHUB_API_URL).host.replace(/^api\./, '') };
  if (GH_HOST === undefined || GH_HOST === 'github.com') return { base: 'https://api.github.com', host: 'github.com' };
  return { base: GH_HOST.endsWith('.ghe.com') ? `https://api.${GH_HOST}` : `https://${GH_HOST}/api/v3`, host: GH_HOST };
}

async function tokenOf(host: string, { env }: LiveContext): Promise<string> {
  const given = env.GH_TOKEN ?? env.GITHUB_TOKEN;
  if (given !== undefined && given !== '') return given;
  try {
    const { stdout } = await run('gh', ['auth', 'token', '--hostname', host], { env: { ...env } });
    if (stdout.trim() !== '') return stdout.trim();
  } catch {
    // It is not there, or nobody is signed in: both are said below.
  }
  throw new AppError('ERR_LIVE_CREDENTIALS', `no token for ${host}`, {
    hint: 'set GH_TOKEN, or sign in with gh auth login',
  });
}

async function* organization(rest: RestListing, name: string): AsyncGenerator<CollectedFile> {
  for (const endpoint of OF_ORGANIZATION) yield* asked(rest, `orgs/${name}`, endpoint);
  const path = `orgs/${name}/repos?per_page=100`;
  const repositories = await rest.elements({ path, file: 'repos' }, (page) =>
    (page as readonly { readonly full_name?: string }[]).flatMap(({ full_name }) => full_name ?? []),
  );
  for (const full of [...(repositories ?? [])].sort()) yield* repository(rest, full);
}

async function* repository(rest: RestListing, full: string): AsyncGenerator<CollectedFile> {
  const of = `repos/${full}`;
  let known = false;
  const own = rest.file({ path: of, file: `${of}/repository.json` });
  for await (const file of own) {
    known = true;
    yield file;
  }
  // Of a repository that may not be read nothing more is asked.
  if (!known) return;
  for (const endpoint of OF_REPOSITORY) yield* asked(rest, of, endpoint);
  const environments: string[] = [];
  const listing = { path: `${of}/environments?per_page=100`, file: `${of}/environments.json`, optional: true } as const;
  yield* rest.file(listing, (page) => {
    const { environments: found = [] } = page as { environments?: readonly { name?: string }[] };
    environments.push(...found.flatMap(({ name }) => name ?? []));
  });
  for (const name of environments) {
    yield* asked(rest, `${of}/environments/${encodeURIComponent(name)}`, { path: 'secrets' });
  }
}

function asked(rest: RestListing, of: string, { path, optional }: Endpoint): AsyncGenerator<CollectedFile> {
  const whole = `${of}/${path}`;
  return rest.file({
    path: `${whole}?per_page=100`,
    file: `${whole}.json`,
    ...(optional === undefined ? {} : { optional }),
  });
}
