import type { JsonObject } from '../../src/model/json.ts';
import type { Place } from '../../src/scan/formats/node.ts';
import type { FileFacts } from '../file-facts.ts';
import { type Account, accountId, accountName } from './account.ts';

interface AccountRecord {
  readonly account: Account;
  place: Place;
  listed: boolean;
  readonly attributes: Map<string, string | boolean>;
  /** How it signs in; `none` where it needs nothing. Only what was read of it is told. */
  plugin?: string;
  locked?: boolean;
  /** It never expires; otherwise that depends on the server's settings. */
  neverExpires?: boolean;
}

interface Rights {
  readonly account: Account;
  readonly resource: string;
  readonly effect: 'allow' | 'deny';
  readonly actions: Set<string>;
  readonly place: Place;
}

interface RoleEdge {
  readonly role: Account;
  readonly member: Account;
  admin: boolean;
  isDefault: boolean;
  readonly place: Place;
}

/** Who signs in by what the operating system or a directory says, so that no password is kept. */
const WITHOUT_PASSWORD =
  /^(?:auth_socket|unix_socket|auth_pam|pam|gssapi|authentication_(?:kerberos|ldap_\w+|windows|pam|webauthn|openid_connect)\w*|named_pipe|aws_iam|awsauthenticationplugin|none|mysql_no_login)$/i;

/** Accounts, roles and rights of one file, which may be said in several statements. */
export class AccountsTable {
  readonly #server: string;
  readonly #facts: FileFacts;
  readonly #accounts = new Map<string, AccountRecord>();
  readonly #rights = new Map<string, Rights>();
  readonly #edges = new Map<string, RoleEdge>();
  readonly #said = new Map<string, string | boolean>();

  constructor(server: string, facts: FileFacts) {
    this.#server = server;
    this.#facts = facts;
  }

  /** Something about the server: `flavour`, `version`, what was read. */
  say(name: string, value: string | boolean): void {
    this.#said.set(name, value);
  }

  knows(account: Account): boolean {
    return this.#accounts.get(accountId(this.#server, account))?.listed === true;
  }

  account(account: Account, place: Place, listed = true): AccountRecord {
    const id = accountId(this.#server, account);
    const known = this.#accounts.get(id);
    if (known !== undefined) {
      if (listed && !known.listed) known.place = place;
      known.listed ||= listed;
      return known;
    }
    const made: AccountRecord = { account, place, listed, attributes: new Map() };
    this.#accounts.set(id, made);
    return made;
  }

  give(
    account: Account,
    actions: readonly string[],
    resource: string,
    place: Place,
    effect: 'allow' | 'deny' = 'allow',
  ): void {
    const real = actions.filter((action) => action !== 'usage');
    if (real.length === 0) return;
    const key = `${effect} ${accountId(this.#server, account)} ${resource}`;
    const known = this.#rights.get(key);
    if (known === undefined) this.#rights.set(key, { account, resource, effect, actions: new Set(real), place });
    else for (const action of real) known.actions.add(action);
  }

  /** Takes rights back that were given on the same; of what was given on everything else it is a restriction. */
  take(account: Account, actions: readonly string[], resource: string, place: Place): void {
    const given = this.#rights.get(`allow ${accountId(this.#server, account)} ${resource}`);
    if (given === undefined) {
      this.give(account, actions, resource, place, 'deny');
      this.say('partial_revokes', true);
    } else if (actions.includes('all')) given.actions.clear();
    else for (const action of actions) given.actions.delete(action);
  }

  role(role: Account, member: Account, admin: boolean, place: Place): void {
    const key = `${accountId(this.#server, role)} ${accountId(this.#server, member)}`;
    const known = this.#edges.get(key);
    if (known !== undefined) known.admin ||= admin;
    else this.#edges.set(key, { role, member, admin, isDefault: false, place });
  }

  defaultRole(role: Account, member: Account, place: Place): void {
    this.role(role, member, false, place);
    const edge = this.#edges.get(`${accountId(this.#server, role)} ${accountId(this.#server, member)}`);
    if (edge !== undefined) edge.isDefault = true;
  }

  defaultAll(member: Account): void {
    const id = accountId(this.#server, member);
    for (const edge of this.#edges.values()) if (accountId(this.#server, edge.member) === id) edge.isDefault = true;
  }

  end(): void {
    this.#facts.principal(
      {
        kind: 'server',
        nativeId: this.#server,
        name: this.#server,
        scope: [this.#server],
        attributes: Object.fromEntries(this.#said),
      },
      { line: 1, column: 1 },
    );
    for (const record of this.#accounts.values()) if (record.listed) this.#tell(record);
    for (const { account, resource, effect, actions, place } of this.#rights.values()) {
      if (actions.size === 0) continue;
      this.#facts.grant(
        {
          principal: this.#facts.name(accountName(this.#server, account), place),
          effect,
          actions: [...actions].sort(),
          resources: [resource],
          scope: this.#server,
          via: [`${effect === 'deny' ? 'revoke' : 'grant'}:${resource}`],
        },
        place,
      );
    }
    for (const { role, member, admin, isDefault, place } of this.#edges.values()) {
      this.#facts.trust(
        {
          principal: this.#facts.name(accountName(this.#server, role), place),
          subject: { kind: 'principal', id: this.#facts.name(accountName(this.#server, member), place) },
          declaredBy: 'target',
          how: 'member-of',
          condition: { admin, default: isDefault },
        },
        place,
      );
    }
    this.#facts.end();
  }

  #tell({ account, place, attributes, plugin, locked, neverExpires }: AccountRecord): void {
    const name = accountName(this.#server, account);
    const said: JsonObject = { ...Object.fromEntries(attributes), ...(plugin === undefined ? {} : { plugin }) };
    const principal = this.#facts.principal(
      { ...name, ...(locked === undefined ? {} : { enabled: !locked }), attributes: said },
      place,
    );
    if (plugin === undefined || WITHOUT_PASSWORD.test(plugin) || attributes.get('password') === false) return;
    this.#facts.credential(
      {
        kind: 'password',
        nativeId: `${name.nativeId}#password`,
        principal,
        status: locked === true ? 'inactive' : 'active',
        ...(neverExpires === true ? {} : { expiryUnknown: true }),
        attributes: { scheme: plugin },
      },
      place,
    );
  }
}
