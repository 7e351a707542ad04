import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readArchive } from '../../../src/policy/bundles/read-archive.ts';
import { writeArchive } from '../../../src/policy/bundles/write-archive.ts';
import { archive, tar } from '../../support/bundles.ts';

const limits = { maxSize: 16 * 1024 ** 2 };
const refused = (message: RegExp) => ({ code: 'ERR_POLICY_BUNDLE', message: expect.stringMatching(message) });

describe('readArchive', () => {
  it('reads what OPA writes, whose paths begin at the root of the bundle', async () => {
    const files = await readArchive(
      archive([
        { name: '/.manifest', content: '{}' },
        { name: 'custom/', type: '5' },
        { name: './custom/a.rego', content: 'package custom.a' },
        { name: 'custom/empty.rego' },
      ]),
      limits,
    );
    expect([...files].map(([path, content]) => [path, content.toString()])).toEqual([
      ['.manifest', '{}'],
      ['custom/a.rego', 'package custom.a'],
      ['custom/empty.rego', ''],
    ]);
  });

  it('reads what it writes, names of any length among it', async () => {
    const files = new Map([
      [`custom/${'long/'.repeat(40)}name.rego`, Buffer.from('package custom')],
      ['data.json', randomBytes(5_000)],
      ['ä.rego', Buffer.alloc(0)],
    ]);
    const packed = writeArchive(files);
    expect(await readArchive(packed, limits)).toEqual(new Map([...files].sort()));
    expect(writeArchive(new Map([...files].reverse()))).toEqual(packed);
  });

  it.each([
    ['../../etc/passwd'],
    ['/custom/../../x'],
    ['//etc/passwd'],
    ['custom//x'],
    ['./../x'],
    ['C:/windows/x'],
    ['..\\x'],
    ['a\nb'],
    ['custom/./x'],
    ['custom/..'],
  ])('refuses the path %j', async (name) => {
    await expect(readArchive(archive([{ name, content: 'x' }]), limits)).rejects.toMatchObject(
      refused(/a path that leads out of the bundle/),
    );
  });

  it('refuses a path that an extended header says', async () => {
    const record = (text: string) => `${text.length + 4} ${text}\n`;
    const members = [
      { name: 'x', type: 'x', content: record('path=../evil') },
      { name: 'innocent', content: 'x' },
    ];
    await expect(readArchive(archive(members), limits)).rejects.toMatchObject(refused(/"\.\.\/evil"/));
  });

  it.each([
    ['1', 'a hard link'],
    ['2', 'a symbolic link'],
    ['3', 'a device'],
    ['4', 'a device'],
    ['6', 'a pipe'],
    ['S', 'no regular file'],
    ['D', 'no regular file'],
  ])('refuses a member of type %s, %s', async (type, what) => {
    await expect(readArchive(archive([{ name: 'custom/x', type }]), limits)).rejects.toMatchObject(
      refused(new RegExp(`^custom/x: is ${what}$`)),
    );
  });

  it('refuses a path that is there twice, however it is written', async () => {
    const twice = archive([
      { name: '/data.json', content: '{}' },
      { name: 'data.json', content: '{"custom": 1}' },
    ]);
    await expect(readArchive(twice, limits)).rejects.toMatchObject(refused(/^data\.json: is there twice$/));
  });

  it('refuses a name that is no text, and one that is none', async () => {
    const bytes = tar([{ name: 'aaaa', content: 'x' }]);
    bytes[0] = 0xff;
    // The sum of the header is of the name too.
    const sum =
      bytes.subarray(0, 148).reduce((total, byte) => total + byte, 0) +
      bytes.subarray(156, 512).reduce((total, byte) => total + byte, 0) +
      8 * 32;
    bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    await expect(readArchive(gzipSync(bytes), limits)).rejects.toMatchObject(refused(/no UTF-8/));
    await expect(readArchive(archive([{ name: '/', content: 'x' }]), limits)).rejects.toMatchObject(
      refused(/without a name/),
    );
  });

  it.each([
    ['nothing', Buffer.alloc(0), /is not gzipped: it is empty/],
    ['a page', Buffer.from('<!doctype html>'), /is not gzipped: it begins with 3c21646f/],
    ['a tar that is not compressed', tar([{ name: 'x' }]), /is not gzipped/],
    ['half of one', archive([{ name: 'x', content: randomBytes(9_000) }]).subarray(0, 4_000), /ends early/],
    ['one that holds something else', gzipSync('just text, and a lot of it'.repeat(50)), /a damaged tar archive/],
    [
      'one whose last file is cut off',
      gzipSync(tar([{ name: 'x', content: 'y'.repeat(3_000) }]).subarray(0, 1_500)),
      /the archive ends within it/,
    ],
  ])('refuses %s', async (_, bytes, message) => {
    await expect(readArchive(bytes, limits)).rejects.toMatchObject(refused(message));
  });

  it('refuses what unpacks to more than the limit, or to far more than itself', async () => {
    const random = archive([{ name: 'x', content: randomBytes(70_000) }]);
    await expect(readArchive(random, { maxSize: 65_536 })).rejects.toMatchObject(refused(/more than 65536 bytes/));
    const bomb = archive([{ name: 'data.json', content: Buffer.alloc(12 * 1024 ** 2, ' ') }]);
    expect(bomb.length).toBeLessThan(20_000);
    await expect(readArchive(bomb, limits)).rejects.toMatchObject(refused(/more than 200 times its size/));
    const huge = archive([{ name: 'data.json', content: Buffer.alloc(200 * 1024 ** 2, '[0,1,2,3],') }]);
    await expect(readArchive(huge, limits)).rejects.toMatchObject(refused(/unpacks to more than/));
  });

  it('refuses more files than any policy has', async () => {
    const many = Array.from({ length: 10_001 }, (_, index) => ({ name: `${index}` }));
    await expect(readArchive(archive(many), limits)).rejects.toMatchObject(refused(/more than 10000 files/));
  });
});
