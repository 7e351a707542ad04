import { principalId } from '../../src/model/id.ts';
import type { TokenCursor } from '../sql/token-cursor.ts';

/** An account as a server knows it; roles of MariaDB and its PUBLIC have no host. */
export interface Account {
  readonly user: string;
  readonly host: string | undefined;
}

/** What belongs to an account's name in a fact. */
export function accountName(server: string, { user, host }: Account) {
  if (host === undefined && /^public$/i.test(user)) {
    return { kind: 'public', nativeId: `${server}/PUBLIC`, name: 'PUBLIC', scope: [server] };
  }
  if (host === undefined) return { kind: 'role', nativeId: `${server}/${user}`, name: user, scope: [server] };
  return { kind: 'account', nativeId: `${server}/${user}@${host}`, name: `${user}@${host}`, scope: [server] };
}

export function accountId(server: string, account: Account): string {
  const { kind, nativeId } = accountName(server, account);
  return principalId('mysql', kind, nativeId);
}

/** `'app'@'%'`, `app@localhost`, `app`; undefined for `CURRENT_USER` and what is none. */
export function readAccount(cursor: TokenCursor): Account | undefined {
  const token = cursor.peek();
  if (token === undefined || token.kind === 'symbol' || token.kind === 'meta') return undefined;
  if (token.kind === 'word' && /^current_(?:user|role)$/i.test(token.text)) {
    cursor.next();
    cursor.parenthesized();
    return undefined;
  }
  cursor.next();
  if (!cursor.symbol('@')) return { user: token.text, host: undefined };
  const host = cursor.next();
  return { user: token.text, host: (host?.text ?? '%').toLowerCase() };
}

/** A list of accounts; who the server knows by the session only is left out. */
export function readAccounts(cursor: TokenCursor): readonly Account[] {
  const found: Account[] = [];
  do {
    const account = readAccount(cursor);
    if (account !== undefined) found.push(account);
  } while (cursor.symbol(','));
  return found;
}
