import { privilegeOf } from './privileges.ts';

/** One entry of an access control list: `app=r*w/owner`; without a name it is for everybody. */
export interface AclItem {
  readonly grantee: string;
  readonly rights: readonly { readonly privilege: string; readonly grantable: boolean }[];
}

const ENTRY = /^(?:group )?("(?:[^"]|"")*"|[^=]*)=((?:[a-zA-Z]\*?)*)\/(.*)$/s;

/**
 * The entries of an access control list as text of an `aclitem[]` (`{=U/owner,app=r*w/owner}`); undefined where one has another
 * form. PostgreSQL documentation, "Privileges".
 */
export function aclItems(text: string): readonly AclItem[] | undefined {
  const inside = /^\{(.*)\}$/s.exec(text.trim())?.[1];
  if (inside === undefined) return undefined;
  const items: AclItem[] = [];
  for (const element of elements(inside)) {
    const [, grantee, letters = ''] = ENTRY.exec(element) ?? [];
    if (grantee === undefined) return undefined;
    const rights = [...letters.matchAll(/([a-zA-Z])(\*?)/g)].flatMap(([, letter = '', star]) => {
      const privilege = privilegeOf(letter);
      return privilege === undefined ? [] : [{ privilege, grantable: star === '*' }];
    });
    items.push({ grantee: grantee === '' ? 'PUBLIC' : unquoted(grantee), rights });
  }
  return items;
}

/** Elements of an array, of which those with odd characters are quoted with backslashes inside. */
function elements(inside: string): readonly string[] {
  const found = inside.matchAll(/"((?:[^"\\]|\\.)*)"|([^,"]+)/gs);
  return [...found].map(([, quoted, plain]) => quoted?.replace(/\\(.)/gs, '$1') ?? plain ?? '');
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}
