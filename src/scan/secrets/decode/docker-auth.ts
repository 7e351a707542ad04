import type { Decoded, DecodeInput } from '../decoder.ts';
import { isPlaceholder } from '../placeholder.ts';
import { decodeBasicAuth } from './basic-auth.ts';

const REACH = 400;

/** A login to a registry: the password in it, and the registry whose member it is. */
export function decodeDockerAuth(input: DecodeInput): Decoded | undefined {
  const login = decodeBasicAuth(input);
  return login === undefined ? undefined : { ...login, facts: { ...login.facts, ...registryOf(input) } };
}

/** A token that the login to a registry brought. */
export function decodeDockerToken(input: DecodeInput): Decoded | undefined {
  return isPlaceholder(input.value) ? undefined : { facts: registryOf(input) };
}

/** The name of the object that the value is a member of. */
function registryOf({ text, start }: DecodeInput): { registry?: string } {
  const before = text.slice(Math.max(0, start - REACH), start);
  const registry = /\\?"([^"\\\s{}]{3,200})\\?"\s{0,8}:\s{0,8}\{[^{}]*$/.exec(before)?.[1];
  return registry === undefined || registry === 'auths' ? {} : { registry };
}
