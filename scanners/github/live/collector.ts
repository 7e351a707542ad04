import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { AppError } from '../../../src/errors.ts';
import { type ApiAnswer, type ApiClient, apiClient } from '../../../src/scan/live/api-client.ts';
import type { CollectedFile, Collector, CollectReport, LiveContext } from '../../../src/scan/live/collector.ts';

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
  { path: 'environments' },
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
      collect: (report) =>
        target.includes('/') ? repository(client, target, report) : organization(client, target, report),
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

async function* organization(client: ApiClient, name: string, report: CollectReport): AsyncGenerator<CollectedFile> {
  for (const endpoint of OF_ORGANIZATION) yield* asked(client, `orgs/${name}`, endpoint, report);
  const repositories: string[] = [];
  const path = `orgs/${name}/repos`;
  const pages = pagesOf(client, path);
  const first = await pages.next();
  if (first.done === true) return;
  if (first.value.status !== 200) {
    report.problem({ path: 'repos', message: refusal(path, first.value) });
    return;
  }
  for await (const page of rest(first.value, pages)) {
    for (const entry of parsed(page, path) as readonly { readonly full_name?: string }[]) {
      if (entry.full_name !== undefined) repositories.push(entry.full_name);
    }
  }
  for (const full of repositories.sort()) yield* repository(client, full, report);
}

async function* repository(client: ApiClient, full: string, report: CollectReport): AsyncGenerator<CollectedFile> {
  const own = await client.get(`repos/${full}`);
  if (own.status !== 200) {
    report.problem({ path: `repos/${full}`, message: refusal(`repos/${full}`, own) });
    return;
  }
  yield { path: `repos/${full}/repository.json`, content: [own.text] };
  for (const endpoint of OF_REPOSITORY) {
    if (endpoint.path === 'environments') yield* environments(client, full, report);
    else yield* asked(client, `repos/${full}`, endpoint, report);
  }
}

/** Secrets of an environment are asked for one by one. */
async function* environments(client: ApiClient, full: string, report: CollectReport): AsyncGenerator<CollectedFile> {
  const path = `repos/${full}/environments`;
  const pages: string[] = [];
  const names: string[] = [];
  for await (const page of pagesOf(client, path)) {
    // A repository that never had one has no such list.
    if (page.status === 404 && pages.length === 0) return;
    if (page.status !== 200) {
      report.problem({ path: `${path}.json`, message: refusal(path, page) });
      return;
    }
    pages.push(page.text);
    const { environments: found = [] } = parsed(page, path) as { environments?: readonly { name?: string }[] };
    names.push(...found.flatMap(({ name }) => name ?? []));
  }
  yield { path: `${path}.json`, content: pages };
  for (const name of names) yield* asked(client, `${path}/${encodeURIComponent(name)}`, { path: 'secrets' }, report);
}

async function* asked(
  client: ApiClient,
  of: string,
  { path, optional }: Endpoint,
  report: CollectReport,
): AsyncGenerator<CollectedFile> {
  const whole = `${of}/${path}`;
  const pages = pagesOf(client, whole);
  const first = await pages.next();
  if (first.done === true || (first.value.status === 404 && optional === true)) return;
  if (first.value.status !== 200) report.problem({ path: `${whole}.json`, message: refusal(whole, first.value) });
  else if (!isEmpty(parsed(first.value, whole))) {
    yield { path: `${whole}.json`, content: texts(rest(first.value, pages), whole) };
  }
}

/** There is none of it: nothing to read, and nothing that was there before. */
function isEmpty(page: unknown): boolean {
  if (Array.isArray(page)) return page.length === 0;
  return typeof page === 'object' && page !== null && 'total_count' in page && page.total_count === 0;
}

const NEXT = /<([^>]+)>;\s*rel="next"/;

/** Answers up to the last page, or to the first that is none. */
async function* pagesOf(client: ApiClient, path: string): AsyncGenerator<ApiAnswer> {
  for (let next: string | undefined = `${path}?per_page=100`; next !== undefined; ) {
    const answer: ApiAnswer = await client.get(next);
    yield answer;
    const { link } = answer.headers;
    next = answer.status === 200 ? NEXT.exec(typeof link === 'string' ? link : '')?.[1] : undefined;
  }
}

async function* rest(first: ApiAnswer, pages: AsyncGenerator<ApiAnswer>): AsyncGenerator<ApiAnswer> {
  yield first;
  yield* pages;
}

async function* texts(pages: AsyncIterable<ApiAnswer>, path: string): AsyncGenerator<string> {
  for await (const page of pages) {
    if (page.status !== 200) throw new AppError('ERR_LIVE_UNREACHABLE', `a further page of ${refusal(path, page)}`);
    yield `${page.text}\n`;
  }
}

function parsed({ text }: ApiAnswer, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('ERR_LIVE_UNREACHABLE', `${path}: the answer is no JSON`, { cause });
  }
}

function refusal(path: string, { status }: ApiAnswer): string {
  const why = status === 401 ? 'the token is not known' : 'the token may not read it, or it is not there';
  return `${path}: GitHub answers ${status}: ${why}`;
}
