import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../../src/errors.ts';
import { type ApiAnswer, type ApiClient, apiClient } from '../../../src/scan/live/api-client.ts';
import type { CollectedFile, Collector, CollectReport, LiveContext } from '../../../src/scan/live/collector.ts';

/** Where a method has its roles: the list, and what stands before a name when one is read. */
const ROLES: Readonly<Record<string, readonly (readonly [list: string, read: string])[]>> = {
  approle: [['role', 'role']],
  aws: [['roles', 'role']],
  azure: [['role', 'role']],
  cert: [['certs', 'certs']],
  gcp: [['roles', 'role']],
  jwt: [['role', 'role']],
  kubernetes: [['role', 'role']],
  ldap: [
    ['groups', 'groups'],
    ['users', 'users'],
  ],
  oidc: [['role', 'role']],
  token: [['roles', 'roles']],
  userpass: [['users', 'users']],
};
/** Methods whose configuration says whose tokens they take. */
const WITH_ISSUER: ReadonlySet<string> = new Set(['jwt', 'oidc']);
/** Names that one page of a list has, where the server gives pages (OpenBao; Vault gives all). */
const PAGE = 500;

/**
 * Asks Vault or OpenBao (`--live vault=https://vault.example:8200`, else `BAO_ADDR` or `VAULT_ADDR`) for policies, roles of auth
 * methods, entities and groups, and roles of database engines, as the token of `BAO_TOKEN`, `VAULT_TOKEN` or `~/.vault-token`.
 *
 * Source: API documentation of OpenBao and Vault: `/sys/policies/acl`, `/sys/auth`, `/identity`, "Pagination".
 */
export const vaultCollector: Collector = {
  id: 'vault',
  scanner: 'vault',
  async connect(target, context) {
    const { env, now } = context;
    const address = target ?? said(env, 'ADDR');
    if (address === undefined) {
      throw new AppError('ERR_USAGE', '--live vault: which server to ask is not said', {
        hint: '--live vault=https://vault.example:8200, or VAULT_ADDR',
      });
    }
    const server = /^https?:\/\//.test(address) && URL.canParse(address) ? new URL(address) : undefined;
    if (server === undefined) {
      throw new AppError('ERR_USAGE', '--live vault: no address of a server', {
        hint: 'such as https://vault.example:8200',
      });
    }
    const token = tokenOf(context);
    const namespace = said(env, 'NAMESPACE')?.replaceAll(/^\/+|\/+$/g, '');
    const headers = {
      'x-vault-token': token,
      'x-vault-request': 'true',
      ...(namespace === undefined ? {} : { 'x-vault-namespace': namespace }),
    };
    const client = apiClient({
      base: new URL('/v1/', server).href,
      headers: async () => headers,
      tls: tlsOf(context),
      now,
    });
    const name = `${server.host}${namespace === undefined ? '' : `/${namespace}`}`;
    return {
      name: `vault:${name}`,
      cluster: name,
      collect: (report) => new VaultReading(client, report).all(),
      close: async () => undefined,
    };
  },
};

function said(env: LiveContext['env'], name: string): string | undefined {
  return env[`BAO_${name}`] || env[`VAULT_${name}`] || undefined;
}

function tokenOf({ env }: LiveContext): string {
  const token = said(env, 'TOKEN') ?? fileIfThere(join(env.HOME ?? homedir(), '.vault-token'))?.trim();
  if (token !== undefined && /^[\x21-\x7e]+$/.test(token)) return token;
  throw new AppError(
    'ERR_LIVE_CREDENTIALS',
    token === undefined ? 'no token for Vault' : 'the token for Vault is none',
    {
      hint: 'set VAULT_TOKEN, or log in with `vault login`',
    },
  );
}

function tlsOf({ env }: LiveContext) {
  const file = said(env, 'CACERT');
  const ca = said(env, 'CACERT_BYTES') ?? (file === undefined ? undefined : fileIfThere(file));
  if (file !== undefined && ca === undefined)
    throw new AppError('ERR_LIVE_CREDENTIALS', `${file}: the certificates of VAULT_CACERT cannot be read`);
  const servername = said(env, 'TLS_SERVER_NAME');
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(servername === undefined ? {} : { servername }),
    ...(said(env, 'SKIP_VERIFY') === 'true' || said(env, 'SKIP_VERIFY') === '1' ? { rejectUnauthorized: false } : {}),
  };
}

function fileIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

class VaultReading {
  readonly #client: ApiClient;
  readonly #report: CollectReport;

  constructor(client: ApiClient, report: CollectReport) {
    this.#client = client;
    this.#report = report;
  }

  async *all(): AsyncGenerator<CollectedFile> {
    yield* this.#listed('policies.ndjson', [['sys/policies/acl', 'sys/policies/acl']]);
    for (const [mount, type] of await this.#mounts('sys/auth', 'auth')) {
      const config = WITH_ISSUER.has(type) ? [`auth/${mount}/config`] : [];
      const lists = (ROLES[type] ?? []).map(
        ([list, read]) => [`auth/${mount}/${list}`, `auth/${mount}/${read}`] as const,
      );
      yield* this.#listed(`auth/${mount}.ndjson`, lists, config);
    }
    yield* this.#listed('identity.ndjson', [
      ['identity/group/id', 'identity/group/id'],
      ['identity/entity/id', 'identity/entity/id'],
    ]);
    for (const [mount, type] of await this.#mounts('sys/mounts', 'mounts')) {
      if (type !== 'database') continue;
      const lists = ['roles', 'static-roles'].map((list) => [`${mount}/${list}`, `${mount}/${list}`] as const);
      yield* this.#listed(`database/${mount}.ndjson`, lists);
    }
  }

  /** What is mounted, by path without its slash, and of which type. */
  async #mounts(path: string, file: string): Promise<readonly (readonly [mount: string, type: string])[]> {
    const answer = await this.#ask(path, `${file}.ndjson`);
    const data = objectIn(objectIn(answer)?.data) ?? objectIn(answer) ?? {};
    return Object.entries(data).flatMap(([mount, value]) => {
      const type = objectIn(value)?.type;
      return mount.endsWith('/') && typeof type === 'string' ? [[mount.slice(0, -1), type] as const] : [];
    });
  }

  /** One file of all that some lists name; none where there is nothing. */
  async *#listed(
    file: string,
    lists: readonly (readonly [list: string, read: string])[],
    alone: readonly string[] = [],
  ): AsyncGenerator<CollectedFile> {
    const paths = [...alone];
    for (const [list, read] of lists) for (const name of await this.#names(list, file)) paths.push(`${read}/${name}`);
    if (paths.length > 0) yield { path: file, content: this.#answers(paths, file) };
  }

  async *#answers(paths: readonly string[], file: string): AsyncGenerator<string> {
    for (const path of paths) {
      const answer = await this.#ask(path.split('/').map(encodeURIComponent).join('/'), file);
      // What is gone since it was listed is gone.
      if (answer !== undefined) yield `${JSON.stringify({ [path]: answer })}\n`;
    }
  }

  async #names(path: string, file: string): Promise<readonly string[]> {
    const names: string[] = [];
    const known = new Set<string>();
    for (let after = ''; ; ) {
      const answer = await this.#ask(`${path}?list=true&limit=${PAGE}${after}`, file);
      const keys = objectIn(objectIn(answer)?.data)?.keys;
      const page = Array.isArray(keys)
        ? keys.filter((key): key is string => typeof key === 'string' && !known.has(key))
        : [];
      for (const key of page) known.add(key);
      names.push(...page.filter((key) => !key.endsWith('/')));
      const last = page.at(-1);
      // A server without pages gives all of them at once, whatever it is asked for.
      if (last === undefined || page.length !== PAGE) return names;
      after = `&after=${encodeURIComponent(last)}`;
    }
  }

  /** Undefined for what is not there, and for what may not be read, which is told. */
  async #ask(path: string, file: string): Promise<unknown> {
    const answer = await this.#client.get(path);
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) {
      const cause = causeOf(answer);
      this.#report.problem({ path: file, message: `${path.split('?')[0]}: ${cause}`, cause });
      return undefined;
    }
    try {
      return JSON.parse(answer.text);
    } catch (cause) {
      throw new AppError('ERR_LIVE_UNREACHABLE', `${path.split('?')[0]}: the answer is no JSON`, { cause });
    }
  }
}

function causeOf({ status }: ApiAnswer): string {
  if (status === 403) return 'Vault answers 403: the token may not read it, or is none any more';
  return `Vault answers ${status}: it is not read`;
}

function objectIn(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}
