import { AppError } from '../../errors.ts';
import type { LeaseAnswer } from './obtain-lease.ts';

type Mapping = Readonly<Record<string, string>>;

/** What programs look for: libpq's own variables, and the URL form that most frameworks read. */
const USUAL: Readonly<Record<string, Mapping>> = {
  'urn:lapse:token-type:db-credential': {
    PGHOST: 'host',
    PGPORT: 'port',
    PGDATABASE: 'database',
    PGUSER: 'user',
    PGPASSWORD: 'password',
    DATABASE_URL: 'url',
  },
  'urn:lapse:token-type:elevation': { LAPSE_LEASE: 'lease_id', LAPSE_ELEVATED: 'principal' },
  'urn:ietf:params:oauth:token-type:access_token': { LAPSE_ACCESS_TOKEN: 'access_token' },
};

/** `NAME=member` options as a mapping. @throws {AppError} ERR_USAGE. */
export function parseEnvOption(options: readonly string[]): Mapping | undefined {
  if (options.length === 0) return undefined;
  return Object.fromEntries(
    options.map((option) => {
      const [, name, member] = /^([A-Za-z_][A-Za-z0-9_]*)=([a-z_]+)$/.exec(option) ?? [];
      if (name === undefined || member === undefined)
        throw new AppError('ERR_USAGE', 'option --env: expected NAME=member, such as DB_USER=user');
      return [name, member];
    }),
  );
}

/**
 * Environment variables with the members of a leased credential.
 *
 * @param mapping - variable → member, instead of the usual ones.
 * @throws {AppError} ERR_USAGE when a member that was asked for does not exist.
 */
export function credentialEnvironment(lease: LeaseAnswer, mapping: Mapping | undefined): Record<string, string> {
  const members = membersOf(lease);
  const environment: Record<string, string> = {};
  for (const [name, member] of Object.entries(mapping ?? USUAL[lease.issued_token_type] ?? {})) {
    const value = members.get(member);
    if (value !== undefined) environment[name] = value;
    else if (mapping !== undefined)
      throw new AppError('ERR_USAGE', `option --env: the credential has no member "${member}"`, {
        hint: `it has ${[...members.keys()].join(', ')}`,
      });
  }
  return environment;
}

function membersOf(lease: LeaseAnswer): ReadonlyMap<string, string> {
  const members = new Map([
    ['access_token', lease.access_token],
    ['lease_id', lease.lease_id],
  ]);
  for (const [name, value] of Object.entries(lease.credential))
    if (typeof value === 'string' || typeof value === 'number') members.set(name, String(value));
  const [user, password, host] = ['user', 'password', 'host'].map((name) => members.get(name));
  if (user !== undefined && password !== undefined && host !== undefined && !members.has('url')) {
    const place = { port: members.get('port'), database: members.get('database') };
    members.set('url', databaseUrl({ user, password, host, ...place }));
  }
  return members;
}

function databaseUrl(parts: {
  readonly user: string;
  readonly password: string;
  readonly host: string;
  readonly port: string | undefined;
  readonly database: string | undefined;
}): string {
  const host = parts.host.includes(':') ? `[${parts.host}]` : parts.host;
  const account = `${encodeURIComponent(parts.user)}:${encodeURIComponent(parts.password)}`;
  const port = parts.port === undefined ? '' : `:${parts.port}`;
  return `postgresql://${account}@${host}${port}/${encodeURIComponent(parts.database ?? '')}`;
}
