import type { Answer } from '../../model/answer.ts';
import type { Grant } from '../../model/grant.ts';
import { principalId } from '../../model/id.ts';
import type { Inventory } from '../../model/inventory.ts';
import { ROLE_NAMES, ROLES_BY_PERMISSION } from './predefined-roles.ts';

/** Basic roles: what they hold is known by the service, and a listing of them in an export is never the whole. */
const BASIC: ReadonlySet<string> = new Set(['roles/owner', 'roles/editor', 'roles/viewer']);

/** What roles of a view hold. */
export class Roles {
  readonly #inventory: Inventory;
  readonly #defined = new Map<string, ReadonlySet<string>>();
  readonly #grants = new Map<string, Grant>();
  readonly #answers = new Map<string, Answer>();
  readonly #held = new Map<string, readonly string[]>();

  constructor(inventory: Inventory) {
    this.#inventory = inventory;
    for (const grant of inventory.grants.select('gcp')) {
      if (!grant.principal.startsWith(ROLE)) continue;
      const role = grant.principal.slice(ROLE.length);
      this.#defined.set(role, new Set([...(this.#defined.get(role) ?? []), ...grant.actions]));
      this.#grants.set(role, grant);
    }
  }

  /**
   * Whether a role holds a permission. What neither an export defines nor the table knows is unknown, and so is a permission that the
   * table does not tell of.
   */
  has(role: string, permission: string): Answer {
    if (this.isOff(role)) return 'no';
    const defined = this.#defined.get(role);
    if (defined !== undefined && !BASIC.has(role)) return defined.has(permission) ? 'yes' : 'no';
    if (defined?.has(permission)) return 'yes';
    const key = `${role} ${permission}`;
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const answer = fromTable(role, permission) ?? { if: [`${role} holds ${permission}`] };
    this.#answers.set(key, answer);
    return answer;
  }

  /** Of the permissions that the evaluator asks for, those that a role holds for certain. */
  held(role: string): readonly string[] {
    const known = this.#held.get(role);
    if (known !== undefined) return known;
    const held = [...predefined().byPermission.keys()].filter((permission) => this.has(role, permission) === 'yes');
    this.#held.set(role, held);
    return held;
  }

  /** Whether nothing is known of what a role holds. */
  isUnknown(role: string): boolean {
    return !this.isOff(role) && !this.#defined.has(role) && !predefined().names.has(role);
  }

  /** A custom role that is deleted or disabled is bound still, and gives nothing. */
  isOff(role: string): boolean {
    return this.#inventory.principals.get(principalId('gcp', 'role', role))?.enabled === false;
  }

  /** The grant that says what a role holds, where an export has it. */
  grantOf(role: string): Grant | undefined {
    return this.#grants.get(role);
  }

  /** Every permission that is told of anywhere. */
  permissions(): ReadonlySet<string> {
    return new Set([...predefined().byPermission.keys(), ...[...this.#defined.values()].flatMap((held) => [...held])]);
  }
}

const ROLE = 'gcp:role:';

/** Permissions that only read, by the last part of their names. */
const READS = /\.(?:get|list|getIamPolicy|search|query)$/;

function fromTable(role: string, permission: string): Answer | undefined {
  const { names, byPermission } = predefined();
  const holders = byPermission.get(permission);
  if (holders !== undefined) return names.has(role) ? (holders.has(role) ? 'yes' : 'no') : undefined;
  // Viewers of a project change nothing in it (IAM documentation, Basic roles).
  if (role === 'roles/viewer' && /\.(?:create|update|delete|setIamPolicy)$/.test(permission)) return 'no';
  return role === 'roles/owner' && READS.test(permission) && permission.startsWith('resourcemanager.projects.')
    ? 'yes'
    : undefined;
}

interface Predefined {
  readonly names: ReadonlySet<string>;
  readonly byPermission: ReadonlyMap<string, ReadonlySet<string>>;
}

let table: Predefined | undefined;

/** The table, read when it is first asked for. */
function predefined(): Predefined {
  table ??= {
    names: rolesOf(ROLE_NAMES),
    byPermission: new Map(
      ROLES_BY_PERMISSION.trim()
        .split(/\n {2}(?=\S)/)
        .map((entry): [string, ReadonlySet<string>] => {
          const [permission = '', roles = ''] = entry.split(' =');
          return [permission, rolesOf(roles)];
        }),
    ),
  };
  return table;
}

function rolesOf(text: string): ReadonlySet<string> {
  const names = text.split(/\s+/).filter((part) => part !== '');
  return new Set(
    names.flatMap((part) => {
      const [service = '', list] = part.split(':');
      return list === undefined ? `roles/${service}` : list.split(',').map((name) => `roles/${service}.${name}`);
    }),
  );
}
