import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHECKSUMS } from '../../../src/scan/secrets/checksums.ts';
import { DECODERS } from '../../../src/scan/secrets/decoders.ts';
import { Effort } from '../../../src/scan/secrets/effort.ts';
import { EXTRACTORS } from '../../../src/scan/secrets/extractors.ts';
import { itemsOf } from '../../../src/scan/secrets/items/item-at.ts';
import { readKeyFile } from '../../../src/scan/secrets/key-file.ts';
import { NearMatches } from '../../../src/scan/secrets/near-matches.ts';

const now = new Date('2026-03-01T12:00:00Z');
const context = () => {
  const effort = new Effort();
  return { now, effort, near: new NearMatches(effort) };
};

/** Bytes seen as Latin-1, with pieces of all the formats among them, so that more than the first look is reached. */
const PIECES = [
  '-----BEGIN PRIVATE KEY-----\n',
  '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA',
  '-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlIYEZQ',
  '---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nP2/56w',
  '-----BEGIN CERTIFICATE-----\nMIIB',
  '-----END CERTIFICATE-----',
  'PuTTY-User-Key-File-3: x\nEncryption: none\nPrivate-Lines: 9\n',
  'kind: Secret\ndata: {a: b, ',
  'kind: Config\nusers:\n- name: x\n  user:\n    client-key-data: LS0tLS1CRUdJTi',
  '"kind":"Secret","data":{"password":"',
  '{"kty":"RSA","d":"',
  '{"mcpServers":{"x":{"command":"y","env":{"API_KEY":"',
  '[mcp_servers.x]\nargs = ["--token=',
  '"attributes": {"password": "',
  '"schema_version": 1, ',
  '"sensitive": true',
  '{"name":"token","value":"',
  '[section]\npassword = ',
  '<server><password>',
  '://user:',
  '?sv=1&se=9999999999&sig=',
  'eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjF9.',
  '{"ts":"1700000000.000100","text":"',
  '<item><key id="1">A-1</key><comment id="2">',
  'AKIA',
  'A'.repeat(60),
  '{'.repeat(80),
  '\\'.repeat(9),
  '"',
  '\n',
  '}',
  ']',
];
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(...PIECES),
      fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
    ),
    {
      maxLength: 25,
    },
  )
  .map((parts) => parts.join(''));
const textAndPlace = text.chain((whole) =>
  fc.tuple(fc.constant(whole), fc.nat({ max: whole.length }), fc.nat({ max: 400 })),
);

describe('any bytes', () => {
  it.each(Object.entries(EXTRACTORS))('do no harm to the extractor %s, and places lie within them', (_, extract) => {
    fc.assert(
      fc.property(textAndPlace, ([whole, at]) => {
        const places = [
          at,
          ...[...whole.matchAll(/kind|"kty"|"mcpServers"|\[mcp|"attributes"|"sensitive"|"value"/g)].map(
            ({ index }) => index,
          ),
        ];
        for (const place of places) {
          for (const { start, end } of extract(whole, place, context())) {
            expect(start).toBeGreaterThanOrEqual(0);
            expect(end).toBeGreaterThan(start);
            expect(end).toBeLessThanOrEqual(whole.length);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it.each(Object.entries(DECODERS))('do no harm to the decoder %s, and spans lie within them', (_, decode) => {
    fc.assert(
      fc.property(textAndPlace, ([whole, start, length]) => {
        const end = Math.min(whole.length, start + length);
        const decoded = decode({ value: whole.slice(start, end), text: whole, start, end, ...context() });
        const span = decoded !== undefined && 'span' in decoded ? decoded.span : undefined;
        expect(span === undefined || (span.start >= 0 && span.end <= whole.length)).toBe(true);
        // What goes to the database is JSON.
        expect(JSON.parse(JSON.stringify(decoded?.facts ?? {}))).toEqual(decoded?.facts ?? {});
      }),
      { numRuns: 60 },
    );
  });

  it.each(Object.entries(CHECKSUMS))('do no harm to the checksum %s', (_, check) => {
    fc.assert(
      fc.property(text, (token) => {
        expect(typeof check(token)).toBe('boolean');
      }),
      { numRuns: 60 },
    );
  });

  it('do no harm to the readers of key files and exports', () => {
    fc.assert(
      fc.property(textAndPlace, ([whole, at]) => {
        for (const head of ['', '0\x82', '\xfe\xed\xfe\xed\0\0\0\x02\0\0\0\x01'])
          expect(() => readKeyFile(Buffer.from(head + whole, 'latin1'))).not.toThrow();
        for (const path of ['a/b.json', 'b.xml'])
          expect(typeof (itemsOf({ path, text: whole })?.(whole, at, new Effort()) ?? '')).toBe('string');
      }),
      { numRuns: 100 },
    );
  });

  it('are looked at within bounds, however long and deep they are', () => {
    let looked = 0;
    for (const piece of PIECES) {
      const long = piece.repeat(Math.ceil(60_000 / piece.length));
      for (const extract of Object.values(EXTRACTORS))
        looked += extract(long, 30_000, context()).length > 1_000 ? 0 : 1;
      for (const decode of Object.values(DECODERS)) {
        decode({ value: long.slice(0, 16_000), text: long, start: 0, end: 16_000, ...context() });
      }
      itemsOf({ path: 'a/b.json', text: `"messages":${long}` })?.(long, 30_000, new Effort());
      itemsOf({ path: 'a.xml', text: `<rss ${long}` })?.(long, 30_000, new Effort());
    }
    expect(looked).toBe(PIECES.length * Object.keys(EXTRACTORS).length);
  });
});
