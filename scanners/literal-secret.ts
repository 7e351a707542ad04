import { nameKind } from '../src/scan/secrets/assigned-name.ts';
import { isPlaceholder, isReference } from '../src/scan/secrets/placeholder.ts';

const SCHEME = /^(?:Bearer|Basic|Token|ApiKey|Api-Key|PRIVATE-TOKEN)\s+/i;
/** Bounded, since it is asked of any value. */
const USER_INFO = /^[a-z][a-z0-9+.-]{1,30}:\/\/[^\s:/@]{0,200}:([^\s@/]{1,500})@/i;
/** A file or an address says where a secret is, and is none. */
const ELSEWHERE = /^(?:\.{0,2}\/|~\/|[A-Za-z]:\\|[a-z][a-z0-9+.-]{1,30}:\/\/)/i;

/**
 * The secret that is written out behind a name of a configuration, or undefined: for a name that promises none, for a
 * variable, a placeholder or a path in its place. A scheme (`Bearer …`) is taken off; of an address with a password in
 * it, it is the password. So it is the value that the secret engine finds there, and has the same fingerprint.
 */
export function literalSecret(name: string, value: string): string | undefined {
  const text = value.trim();
  const password = USER_INFO.exec(text)?.[1];
  if (password !== undefined) return isPlaceholder(password) ? undefined : password;
  const bare = text.replace(SCHEME, '');
  if (bare.length < MIN_LENGTH || /\s/.test(bare) || isReference(bare) || isPlaceholder(bare)) return undefined;
  const kind = ELSEWHERE.test(bare) ? undefined : nameKind(name);
  // Many things are called a key that are none (`topologyKey`, the key of a toleration).
  return kind === undefined || (kind === 'key' && !looksDrawn(bare)) ? undefined : bare;
}

const MIN_LENGTH = 6;

function looksDrawn(value: string): boolean {
  return value.length >= 16 && (value.match(/\d/g)?.length ?? 0) >= 3 && (value.match(/[a-z]/gi)?.length ?? 0) >= 3;
}
