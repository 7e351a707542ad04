import { AppError } from '../../../src/errors.ts';
import { apiClient } from '../../../src/scan/live/api-client.ts';
import type { CollectedFile, Collector } from '../../../src/scan/live/collector.ts';
import { nextByLink, RestListing } from '../../../src/scan/live/rest-listing.ts';

/** Variables and triggers are not asked for: their answers hold values. */
const OF_GROUP = ['access_tokens', 'deploy_tokens'];
const OF_PROJECT = [
  'deploy_tokens',
  'access_tokens',
  'deploy_keys',
  'runners',
  'job_token_scope',
  'job_token_scope/allowlist',
  'protected_environments',
];

/**
 * Asks GitLab's REST API about one project (`--live gitlab=GROUP/PROJECT`) or a group with all projects below it
 * (`--live gitlab=GROUP`, or `GROUP/SUBGROUP/`), as the token of `GITLAB_TOKEN`.
 *
 * Least permission: scope `read_api`, and the role Maintainer in the projects, Owner in the group.
 */
export const gitlabCollector: Collector = {
  id: 'gitlab',
  scanner: 'gitlab',
  async connect(target, { env, now }) {
    if (target === undefined || !/^[\w.-]+(?:\/[\w.-]+)*\/?$/.test(target)) {
      throw new AppError('ERR_USAGE', '--live gitlab: whom to ask about is not said', {
        hint: '--live gitlab=GROUP/PROJECT; of a group all projects: --live gitlab=GROUP, --live gitlab=GROUP/SUBGROUP/',
      });
    }
    const token = env.GITLAB_TOKEN ?? env.GITLAB_PRIVATE_TOKEN;
    if (token === undefined || token === '') {
      throw new AppError('ERR_LIVE_CREDENTIALS', 'no token for GitLab', {
        hint: 'set GITLAB_TOKEN to one with scope read_api',
      });
    }
    const server = env.GITLAB_HOST ?? 'gitlab.com';
    const base = `${server.includes('://') ? server : `https://${server}`}/api/v4`;
    const client = apiClient({ base, headers: async () => ({ 'private-token': token }), now });
    const name = target.replace(/\/$/, '');
    const host = new URL(base).host;
    return {
      name: `gitlab:${host === 'gitlab.com' ? '' : `${host}/`}${name}`,
      collect: (report) => {
        const rest = new RestListing({ client, provider: 'GitLab', report, next: nextByLink });
        return name === target && target.includes('/') ? project(rest, name) : group(rest, name);
      },
      close: async () => undefined,
    };
  },
};

async function* group(rest: RestListing, name: string): AsyncGenerator<CollectedFile> {
  const of = `groups/${encodeURIComponent(name)}`;
  for (const path of OF_GROUP) yield* asked(rest, `${of}/${path}`);
  const listing = { path: `${of}/projects?include_subgroups=true&archived=false&per_page=100`, file: 'projects' };
  const projects = await rest.elements(listing, (page) =>
    (page as readonly { readonly path_with_namespace?: string }[]).flatMap(
      ({ path_with_namespace }) => path_with_namespace ?? [],
    ),
  );
  for (const full of [...(projects ?? [])].sort()) yield* project(rest, full);
}

async function* project(rest: RestListing, full: string): AsyncGenerator<CollectedFile> {
  const of = `projects/${encodeURIComponent(full)}`;
  let known = false;
  for await (const file of rest.file({ path: of, file: `${of}.json` })) {
    known = true;
    yield file;
  }
  // Of a project that may not be read nothing more is asked.
  if (!known) return;
  for (const path of OF_PROJECT) yield* asked(rest, `${of}/${path}`);
}

function asked(rest: RestListing, path: string): AsyncGenerator<CollectedFile> {
  return rest.file({ path: `${path}?per_page=100`, file: `${path}.json` });
}
