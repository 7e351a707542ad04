import type { Place } from '../../src/scan/formats/node.ts';
import type { FileFacts } from '../file-facts.ts';
import { isPublic, objectName, objectPath, quoted, role, roleId } from './names.ts';
import { allPrivileges, publicPrivileges } from './privileges.ts';

interface Held {
  grantable: boolean;
  place: Place;
}

interface ObjectRights {
  readonly type: string;
  readonly parts: readonly string[];
  place: Place;
  owner?: string;
  /** The owner has every privilege until one was taken from it. */
  ownerHasAll: boolean;
  /** What everybody has by the type of the object still holds. */
  publicHas: boolean;
  securityDefiner: boolean;
  /** It was made in this file, or its access control list was read: what is not said of it is then its default. */
  whole: boolean;
  readonly columns: Map<string, Map<string, Map<string, Held>>>;
}

/** Stands for the object itself among its columns. */
const WHOLE = '';

/** A privilege, and whether it may be handed on. */
export interface Right {
  readonly privilege: string;
  readonly column?: string;
}

/**
 * The access control lists that the statements of one file come to, in their order: what is given, taken again and given by
 * default. Everything is told at the end, one grant for each grantee of an object.
 */
export class ObjectRightsTable {
  readonly #cluster: string;
  readonly #facts: FileFacts;
  readonly #objects = new Map<string, ObjectRights>();

  constructor(cluster: string, facts: FileFacts) {
    this.#cluster = cluster;
    this.#facts = facts;
  }

  object(type: string, parts: readonly string[], place: Place): ObjectRights {
    const key = objectName(type, parts);
    const known = this.#objects.get(key);
    if (known !== undefined) return known;
    const made: ObjectRights = {
      type,
      parts,
      place,
      ownerHasAll: true,
      publicHas: true,
      securityDefiner: false,
      whole: false,
      columns: new Map(),
    };
    this.#objects.set(key, made);
    return made;
  }

  grant(
    object: ObjectRights,
    rights: readonly Right[],
    grantees: readonly string[],
    grantable: boolean,
    place: Place,
  ): void {
    for (const grantee of grantees) {
      for (const { privilege, column = WHOLE } of expanded(object.type, rights)) {
        const held = holdings(object, column, grantee);
        const known = held.get(privilege);
        held.set(privilege, { grantable: grantable || known?.grantable === true, place: known?.place ?? place });
      }
    }
  }

  revoke(
    object: ObjectRights,
    rights: readonly Right[],
    grantees: readonly string[],
    onlyOption: boolean,
    place: Place,
  ): void {
    for (const grantee of grantees) {
      if (isPublic(grantee) && object.publicHas && !onlyOption) {
        object.publicHas = false;
        const defaults = publicPrivileges(object.type).map((privilege) => ({ privilege }));
        this.grant(object, defaults, [grantee], false, place);
      }
      if (grantee === object.owner && object.ownerHasAll && !onlyOption) {
        object.ownerHasAll = false;
        this.grant(object, [{ privilege: 'all' }], [grantee], true, place);
      }
      for (const { privilege, column = WHOLE } of expanded(object.type, rights)) {
        const held = holdings(object, column, grantee);
        const known = held.get(privilege);
        if (onlyOption && known !== undefined) known.grantable = false;
        else if (!onlyOption) held.delete(privilege);
      }
    }
  }

  /** What objects of a role's will give, once they are made. */
  future(
    types: string,
    creator: string,
    schema: readonly string[],
    rights: readonly Right[],
    grantees: readonly string[],
    place: Place,
  ): void {
    for (const grantee of grantees) {
      this.#facts.grant(
        {
          principal: this.#facts.name(role(this.#cluster, grantee), place),
          actions: [...new Set(rights.map(({ privilege }) => privilege))].sort(),
          resources: [`${types}:${[...schema.map(quoted), '*'].join('.')}`],
          condition: { default_privileges_of: creator },
          scope: this.#cluster,
          via: [`default-privileges:${creator}`],
        },
        place,
      );
    }
  }

  end(): void {
    for (const object of this.#objects.values()) this.#tell(object);
  }

  #tell(object: ObjectRights): void {
    const name = objectName(object.type, object.parts);
    if (object.owner !== undefined) {
      this.#give(object.owner, name, object.ownerHasAll ? ['all', 'owner'] : ['owner'], `owner:${name}`, object.place);
    }
    // Everybody may call every function: worth telling of those that run as somebody else.
    if (object.publicHas && object.whole && (object.type === 'database' || object.securityDefiner)) {
      this.#give('PUBLIC', name, publicPrivileges(object.type), 'default', object.place);
    }
    for (const [column, grantees] of object.columns) {
      for (const [grantee, rights] of grantees) {
        const [first] = rights.values();
        if (first === undefined) continue;
        const actions = [...rights].flatMap(([privilege, { grantable }]) => [
          privilege,
          ...(grantable ? [`grant ${privilege}`] : []),
        ]);
        this.#give(
          grantee,
          column === WHOLE ? name : `${name}(${quoted(column)})`,
          actions,
          `grant:${name}`,
          first.place,
        );
      }
    }
    if (object.securityDefiner) this.#function(object);
  }

  #give(grantee: string, resource: string, actions: readonly string[], via: string, place: Place): void {
    const principal = this.#facts.name(role(this.#cluster, grantee), place);
    this.#facts.grant(
      { principal, actions: [...actions].sort(), resources: [resource], scope: this.#cluster, via: [via] },
      place,
    );
  }

  #function(object: ObjectRights): void {
    const name = objectPath(object.type, object.parts);
    const id = this.#facts.principal(
      {
        kind: 'function',
        nativeId: `${this.#cluster}/${name}`,
        name,
        scope: [this.#cluster, object.parts[0] ?? ''],
        attributes: { security_definer: true, owner: object.owner ?? null },
      },
      object.place,
    );
    if (object.owner === undefined) return;
    this.#facts.name(role(this.#cluster, object.owner), object.place);
    this.#facts.trust(
      {
        principal: roleId(this.#cluster, object.owner),
        subject: { kind: 'principal', id },
        declaredBy: 'target',
        how: 'security-definer',
      },
      object.place,
    );
  }
}

function holdings(object: ObjectRights, column: string, grantee: string): Map<string, Held> {
  const grantees = object.columns.get(column) ?? new Map<string, Map<string, Held>>();
  object.columns.set(column, grantees);
  const key = isPublic(grantee) ? 'PUBLIC' : grantee;
  const held = grantees.get(key) ?? new Map<string, Held>();
  grantees.set(key, held);
  return held;
}

function expanded(type: string, rights: readonly Right[]): readonly Right[] {
  return rights.flatMap((right) =>
    right.privilege === 'all' ? allPrivileges(type).map((privilege) => ({ ...right, privilege })) : [right],
  );
}
