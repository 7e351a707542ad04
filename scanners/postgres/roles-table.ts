import type { JsonObject } from '../../src/model/json.ts';
import type { Place } from '../../src/scan/formats/node.ts';
import type { FileFacts } from '../file-facts.ts';
import { numberedRole, oidAlias, role } from './names.ts';
import type { PasswordScheme } from './password-scheme.ts';

/** Attributes of roles as the inventory names them. */
export type Attribute = 'superuser' | 'inherit' | 'create_role' | 'create_db' | 'login' | 'replication' | 'bypass_rls';

/** Attributes that are rights, with the action that stands for each. */
const RIGHTS: readonly (readonly [Attribute, string])[] = [
  ['superuser', 'superuser'],
  ['create_role', 'createrole'],
  ['create_db', 'createdb'],
  ['replication', 'replication'],
  ['bypass_rls', 'bypassrls'],
];

export interface RoleRecord {
  readonly name: string;
  place: Place;
  readonly attributes: Map<Attribute, boolean>;
  connectionLimit?: number;
  oid?: string;
  /** `null`: it is known to have none. */
  password?: PasswordScheme | 'unknown' | null;
  /** ISO 8601; null: for ever. */
  validUntil?: string | null | undefined;
}

/** How a role is named by something else: by its name, or by its number. */
export type RoleReference = { readonly name: string } | { readonly oid: string };

export interface Membership {
  readonly group: RoleReference;
  readonly member: RoleReference;
  readonly grantor?: RoleReference | undefined;
  readonly admin: boolean;
  /** Absent where the source has no such option: then it is as the member's attribute says. */
  readonly inherit?: boolean | undefined;
  readonly set?: boolean | undefined;
}

/** The roles and memberships of one file, which may be said in several statements. */
export class RolesTable {
  readonly #cluster: string;
  readonly #facts: FileFacts;
  readonly #now: Date;
  readonly #roles = new Map<string, RoleRecord>();
  readonly #byOid = new Map<string, RoleRecord>();
  readonly #memberships: { readonly membership: Membership; readonly place: Place }[] = [];
  /** Some password is in the file, so that a role without one has none. */
  carriesPasswords = false;

  constructor(cluster: string, facts: FileFacts, now: Date) {
    this.#cluster = cluster;
    this.#facts = facts;
    this.#now = now;
  }

  get size(): number {
    return this.#roles.size;
  }

  role(name: string, place: Place): RoleRecord {
    const known = this.#roles.get(name);
    if (known !== undefined) return known;
    const made: RoleRecord = { name, place, attributes: new Map() };
    this.#roles.set(name, made);
    return made;
  }

  numbered(record: RoleRecord, oid: string): void {
    record.oid = oid;
    this.#byOid.set(oid, record);
  }

  member(membership: Membership, place: Place): void {
    this.#memberships.push({ membership, place });
  }

  leave(group: string, member: string): void {
    const at = this.#memberships.findLastIndex(
      ({ membership }) => nameOf(membership.group) === group && nameOf(membership.member) === member,
    );
    if (at >= 0) this.#memberships.splice(at, 1);
  }

  end(): void {
    for (const record of this.#roles.values()) this.#tell(record);
    for (const { membership, place } of this.#memberships) this.#tellMembership(membership, place);
  }

  #tell(record: RoleRecord): void {
    const { place, attributes } = record;
    const name = role(this.#cluster, record.name);
    const said: Record<string, boolean | number | string | null> = Object.fromEntries(attributes);
    if (record.connectionLimit !== undefined) said.connection_limit = record.connectionLimit;
    const principal = this.#facts.principal(
      {
        ...name,
        ...(record.oid === undefined ? {} : { aliases: [oidAlias(this.#cluster, record.oid)] }),
        attributes: said as JsonObject,
      },
      place,
    );
    for (const [attribute, action] of RIGHTS) {
      if (attributes.get(attribute) !== true) continue;
      const via = [`attribute:${action.toUpperCase()}`];
      this.#facts.grant({ principal, actions: [action], resources: ['*'], scope: this.#cluster, via }, place);
    }
    this.#tellPassword(record, name.nativeId, principal);
  }

  #tellPassword(record: RoleRecord, nativeId: string, principal: string): void {
    const login = record.attributes.get('login');
    const password = record.password ?? (this.carriesPasswords ? null : 'unknown');
    if (password === null || (password === 'unknown' && login !== true)) return;
    const { validUntil } = record;
    const over = typeof validUntil === 'string' && Date.parse(validUntil) <= this.#now.getTime();
    const usable = login === false ? 'inactive' : over ? 'expired' : password === 'unknown' ? 'unknown' : 'active';
    this.#facts.credential(
      {
        kind: 'password',
        nativeId: `${nativeId}#password`,
        principal,
        status: usable,
        ...(typeof validUntil === 'string' ? { expiresAt: validUntil } : {}),
        ...(validUntil === undefined && password === 'unknown' ? { expiryUnknown: true } : {}),
        ...(password === 'unknown' ? {} : { attributes: { scheme: password } }),
      },
      record.place,
    );
  }

  #tellMembership({ group, member, grantor, admin, inherit, set }: Membership, place: Place): void {
    const options: JsonObject = {
      admin,
      ...(inherit === undefined ? {} : { inherit }),
      ...(set === undefined ? {} : { set }),
      ...(grantor === undefined ? {} : { granted_by: this.#nameOf(grantor) }),
    };
    this.#facts.trust(
      {
        principal: this.#reference(group, place),
        subject: { kind: 'principal', id: this.#reference(member, place) },
        declaredBy: 'target',
        how: 'member-of',
        condition: options,
      },
      place,
    );
  }

  #reference(reference: RoleReference, place: Place): string {
    if ('name' in reference) return this.#facts.name(role(this.#cluster, reference.name), place);
    const known = this.#byOid.get(reference.oid);
    return this.#facts.name(
      known === undefined ? numberedRole(this.#cluster, reference.oid) : role(this.#cluster, known.name),
      place,
    );
  }

  #nameOf(reference: RoleReference): string {
    if ('name' in reference) return reference.name;
    return this.#byOid.get(reference.oid)?.name ?? `#${reference.oid}`;
  }
}

function nameOf(reference: RoleReference): string | undefined {
  return 'name' in reference ? reference.name : undefined;
}
