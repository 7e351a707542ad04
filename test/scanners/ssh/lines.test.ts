import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { authorizedLine } from '../../../scanners/ssh/authorized-line.ts';
import { publicKey } from '../../../scanners/ssh/public-key.ts';

/** The parts of a key, each behind its length (RFC 4251, section 5). */
function blob(...parts: readonly (string | Uint8Array)[]): string {
  const bytes = parts.map((part) => Buffer.from(part));
  const lengths = bytes.map((part) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    return length;
  });
  return Buffer.concat(bytes.flatMap((part, index) => [lengths[index] ?? Buffer.alloc(0), part])).toString('base64');
}

const COUNTED = Uint8Array.from({ length: 32 }, (_, index) => index);

describe('public keys', () => {
  test('the fingerprint is that of ssh-keygen -l', () => {
    expect(publicKey('ssh-ed25519', blob('ssh-ed25519', COUNTED))).toEqual({
      type: 'ssh-ed25519',
      bits: 256,
      fingerprint: 'SHA256:ZkAslGjFiUHdGf/WUL8rQvkib4PTvQatUV0OUQSncCA',
    });
  });

  test.each<[string, string, number | undefined]>([
    ['ssh-rsa', blob('ssh-rsa', [1, 0, 1].map(String).join(''), Buffer.from([0, 0xc1, ...Array(255).fill(1)])), 2048],
    ['ssh-rsa', blob('ssh-rsa', 'e', Buffer.from([0x7f, ...Array(127).fill(1)])), 1023],
    ['ssh-dss', blob('ssh-dss', Buffer.from([0, 0x80, ...Array(127).fill(0)]), 'q'), 1024],
    ['ecdsa-sha2-nistp521', blob('ecdsa-sha2-nistp521', 'nistp521', COUNTED), 521],
    ['sk-ssh-ed25519@openssh.com', blob('sk-ssh-ed25519@openssh.com', COUNTED, 'ssh:'), 256],
    ['ssh-something-new', blob('ssh-something-new', COUNTED), undefined],
  ])('%s has its size', (type, base64, bits) => {
    expect(publicKey(type, base64)?.bits).toBe(bits);
  });

  test.each([
    ['another type', 'ssh-rsa', blob('ssh-ed25519', COUNTED)],
    ['no base64', 'ssh-rsa', 'not base64 at all, but long enough to be'],
    ['nothing', 'ssh-rsa', ''],
    ['a length that goes too far', 'ssh-rsa', Buffer.from([255, 255, 255, 255, ...COUNTED]).toString('base64')],
  ])('%s is no key', (_, type, base64) => {
    expect(publicKey(type, base64)).toBeUndefined();
  });

  test('any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        publicKey('ssh-rsa', Buffer.from(bytes).toString('base64'));
      }),
    );
  });
});

describe('lines of authorized_keys', () => {
  test.each<[string, Record<string, string>, string]>([
    ['ssh-ed25519 AAAA me@home', {}, 'me@home'],
    ['  ssh-ed25519\tAAAA', {}, ''],
    ['restrict ssh-ed25519 AAAA a b', { restrict: '' }, 'a b'],
    ['command="a \\"b\\", c",no-pty ssh-rsa AAAA', { command: 'a "b", c', 'no-pty': '' }, ''],
    [
      'environment="A=b c",from="10.0.0.0/8,!10.1.1.1" ssh-rsa AAAA x',
      { environment: 'A=b c', from: '10.0.0.0/8,!10.1.1.1' },
      'x',
    ],
    ['command="echo ssh-rsa AAAA" ecdsa-sha2-nistp256 AAAA', { command: 'echo ssh-rsa AAAA' }, ''],
    ['CERT-AUTHORITY ssh-ed25519-cert-v01@openssh.com AAAA', { 'cert-authority': '' }, ''],
  ])('%s', (line, options, comment) => {
    const read = authorizedLine(line);
    expect(Object.fromEntries(read?.options ?? [])).toEqual(options);
    expect(read?.comment).toBe(comment);
    expect(read?.blob).toBe('AAAA');
  });

  test.each(['', 'ssh-rsa', 'a b c', 'command="open ssh-rsa AAAA', 'github.com,1.2.3.4 ssh_rsa AAAA'])(
    '%j is none',
    (line) => {
      expect(authorizedLine(line)).toBeUndefined();
    },
  );
});
