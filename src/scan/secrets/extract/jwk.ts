import type { ExtractContext, Extracted } from '../extractors.ts';
import { behindObject, openingBrace } from './json-strings.ts';

const REACH = 8_000;
/** Members of a key (RFC 7517, RFC 7518) that are public, and are told. */
const TOLD = ['kty', 'kid', 'use', 'alg', 'crv'] as const;
const PRIVATE_MEMBER = /"(d|k)\\?"\s{0,8}:\s{0,8}\\?"([A-Za-z0-9_-]{20,1400})={0,2}\\?"/g;

/**
 * The private member of a JSON Web Key (RFC 7517): `d` of a key pair, `k` of a symmetric one. A key may be one of a set, or
 * a string in JSON.
 */
export function extractJwk(text: string, keywordStart: number, { effort }: ExtractContext): readonly Extracted[] {
  const start = openingBrace(text, keywordStart, REACH);
  effort.spend(start === undefined ? REACH : keywordStart - start);
  if (start === undefined) return [];
  const object = text.slice(start, behindObject(text, start, REACH));
  effort.spend(4 * object.length);
  const member = (name: string) =>
    new RegExp(`"${name}\\\\?"\\s{0,8}:\\s{0,8}\\\\?"([^"\\\\]{1,200})\\\\?"`).exec(object)?.[1];
  const type = member('kty');
  const wanted = type === 'oct' ? 'k' : /^(?:RSA|EC|OKP|AKP)$/.test(type ?? '') ? 'd' : undefined;
  const found = [...object.matchAll(PRIVATE_MEMBER)].find((match) => match[1] === wanted);
  if (found === undefined) return [];
  const value = found[2] ?? '';
  if (new Set(value).size < 8) return [];
  const valueStart = start + found.index + found[0].lastIndexOf(value);
  const facts = Object.fromEntries(TOLD.flatMap((name) => (member(name) === undefined ? [] : [[name, member(name)]])));
  return [
    {
      start: valueStart,
      end: valueStart + value.length,
      decoded: { confidence: 'structured', canonical: value, facts },
    },
  ];
}
