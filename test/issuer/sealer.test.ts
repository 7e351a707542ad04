import { createSecretKey } from 'node:crypto';
import { expect, it } from 'vitest';
import { Sealer } from '../../src/issuer/sealer.ts';

const key = (byte: number) => createSecretKey(Buffer.alloc(32, byte));
const one = new Sealer(key(1));

it('opens what it has sealed, and never seals twice alike', () => {
  const sealed = one.seal('keys', 'a text, ä');
  expect(one.open('keys', sealed)).toBe('a text, ä');
  expect(one.seal('keys', 'a text, ä')).not.toBe(sealed);
  expect(sealed).not.toContain(Buffer.from('a text').toString('base64url'));
  expect([Sealer.isSealed(sealed), Sealer.isSealed('{"keys":[]}')]).toEqual([true, false]);
});

const changed = (sealed: string, part: number): string =>
  sealed
    .split('.')
    .map((text, at) => (at === part ? (text.startsWith('A') ? `B${text.slice(1)}` : `A${text.slice(1)}`) : text))
    .join('.');

it.each<[string, () => unknown]>([
  ['with another key', () => new Sealer(key(2)).open('keys', one.seal('keys', 'text'))],
  ['under another name', () => one.open('other', one.seal('keys', 'text'))],
  ['with another nonce', () => one.open('keys', changed(one.seal('keys', 'text'), 2))],
  ['with another text', () => one.open('keys', changed(one.seal('keys', 'text'), 3))],
  ['with another tag', () => one.open('keys', changed(one.seal('keys', 'text'), 4))],
  ['that is not sealed', () => one.open('keys', '{"plain":true}')],
])('refuses a text %s', (_what, open) => {
  expect(open).toThrow(expect.objectContaining({ code: 'ERR_STORE_KEY' }));
});

it('opens what a former key has sealed, and seals with the current one', () => {
  const both = new Sealer(key(2), [key(1)]);
  const old = one.seal('keys', 'text');
  expect(both.open('keys', old)).toBe('text');
  expect([both.isCurrent(old), both.isCurrent(both.seal('keys', 'text'))]).toEqual([false, true]);
});
