/** How a password is kept, by the form of what is kept (PostgreSQL documentation, `pg_authid.rolpassword`). */
export type PasswordScheme = 'scram-sha-256' | 'md5' | 'plain';

/** What a stored password says of itself; nothing of it is kept. Undefined for what `pg_roles` masks. */
export function passwordScheme(stored: string): PasswordScheme | undefined {
  if (/^\*+$/.test(stored)) return undefined;
  if (stored.startsWith('SCRAM-SHA-256$')) return 'scram-sha-256';
  return /^md5[0-9a-f]{32}$/.test(stored) ? 'md5' : 'plain';
}
