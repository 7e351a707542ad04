import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type IssuerKeys, openIssuerKeys, verifyCheckpoint } from '../../src/issuer/keys.ts';

const NOW = new Date('2026-03-01T12:00:00Z');
let folder: string;
let keys: IssuerKeys;

beforeEach(async () => {
  folder = join(mkdtempSync(join(tmpdir(), 'lapse-keys-')), 'keys');
  keys = await openIssuerKeys(folder);
});

afterEach(() => {
  rmSync(join(folder, '..'), { recursive: true });
});

const sign = (alg: 'ES256' | 'RS256' = 'ES256') => keys.sign({ jti: 'one', exp: 1 }, { alg, typ: 'at+jwt' });

describe('signing keys', () => {
  it('are kept for their owner only, and are the same after a restart', async () => {
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'keys.json')).mode & 0o777).toBe(0o600);
    const again = await openIssuerKeys(folder);
    expect(again.jwks(NOW)).toEqual(keys.jwks(NOW));
    expect(await again.verify(await sign())).toMatchObject({ jti: 'one' });
  });

  it('publish current and next, and nothing private', () => {
    const published = keys.jwks(NOW).keys;
    expect(published.map(({ alg }) => alg)).toEqual(['ES256', 'RS256', 'ES256', 'RS256']);
    expect(new Set(published.map(({ kid }) => kid)).size).toBe(4);
    const names = new Set(published.flatMap((key) => Object.keys(key)));
    for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) expect(names).not.toContain(secret);
    expect(Object.keys(keys.auditJwks().keys[0] ?? {})).not.toContain('d');
  });

  it('rotate: the next sign, the former verify until their last token is dead', async () => {
    const [before, ahead] = [keys.jwks(NOW).keys[0]?.kid, keys.jwks(NOW).keys[2]?.kid];
    const [old, checkpoint] = [await sign('RS256'), await keys.signCheckpoint({ seq: 1 })];
    await keys.rotate(NOW, 3_600_000);
    const published = keys.jwks(NOW).keys.map(({ kid }) => kid);
    expect(published[0]).toBe(ahead);
    expect(published).toContain(before);
    expect(await keys.verify(old)).toMatchObject({ jti: 'one' });
    const later = new Date(NOW.getTime() + 3_600_000);
    expect(keys.jwks(later).keys.map(({ kid }) => kid)).not.toContain(before);
    expect(await verifyCheckpoint(checkpoint, keys.auditJwks().keys)).toMatchObject({ seq: 1 });
    expect((await openIssuerKeys(folder)).jwks(NOW)).toEqual(keys.jwks(NOW));
  });

  it('verify what they signed and nothing else', async () => {
    const token = await sign();
    const [head = '', body = '', signature = ''] = token.split('.');
    const none = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
    const publicKey = new TextEncoder().encode(JSON.stringify(keys.jwks(NOW).keys[0]));
    const symmetric = await new SignJWT({ jti: 'one' })
      .setProtectedHeader({ alg: 'HS256', kid: String(keys.jwks(NOW).keys[0]?.kid) })
      .sign(publicKey);
    const checkpoint = await keys.signCheckpoint({ jti: 'one' });
    const forged = [
      `${none}.${body}.`,
      `${head}.${body}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`,
      symmetric,
      checkpoint,
      '',
      'x',
    ];
    for (const bad of forged) expect(await keys.verify(bad), bad).toBeUndefined();
    expect(await verifyCheckpoint(token, keys.auditJwks().keys)).toBeUndefined();
  });
});

describe('a key file', () => {
  it('that others may read is refused', async () => {
    chmodSync(join(folder, 'keys.json'), 0o644);
    await expect(openIssuerKeys(folder)).rejects.toMatchObject({ code: 'ERR_STORE_KEY' });
  });

  it('that is none is refused, and never overwritten or quoted', async () => {
    writeFileSync(join(folder, 'keys.json'), '{"current":"half a k');
    await expect(openIssuerKeys(folder)).rejects.toMatchObject({
      code: 'ERR_STORE_KEY',
      message: expect.not.stringContaining('half'),
    });
    expect(readFileSync(join(folder, 'keys.json'), 'utf8')).toBe('{"current":"half a k');
  });
});
