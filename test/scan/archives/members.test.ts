import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { unzstd } from '../../../src/scan/archives/decompress.ts';
import { buildTar, paxRecord } from './build-tar.ts';
import { buildZip } from './build-zip.ts';
import { readMembers } from './read-members.ts';

const LARGE = Buffer.from(Array.from({ length: 400_000 }, (_, index) => `line ${index} of many\n`).join(''));

describe('zip', () => {
  test.each([true, false])('stored, deflated, with data descriptors, zip64 and directories; held: %s', async (held) => {
    const zip = buildZip([
      { name: 'dir/', content: '', method: 0 },
      { name: 'dir/stored.txt', content: 'stored', method: 0 },
      { name: 'deflated.txt', content: 'deflated' },
      { name: 'piped.txt', content: 'piped', descriptor: true },
      { name: 'zip64.txt', content: 'large in theory', zip64: true },
      { name: 'large.txt', content: LARGE },
      { name: 'large-stored.txt', content: LARGE, method: 0 },
    ]);
    const { texts, problems } = await readMembers('a.jar', zip, {}, { held });
    expect(problems).toEqual([]);
    expect(texts).toEqual({
      'a.jar!/dir/stored.txt': 'stored',
      'a.jar!/deflated.txt': 'deflated',
      'a.jar!/piped.txt': 'piped',
      'a.jar!/zip64.txt': 'large in theory',
      'a.jar!/large.txt': LARGE.toString('latin1'),
      'a.jar!/large-stored.txt': LARGE.toString('latin1'),
    });
  });

  test('what is encrypted, or compressed in another way, is told and the rest is read', async () => {
    const zip = buildZip([
      { name: 'locked.txt', content: 'x', encrypted: true },
      { name: 'locked-too.txt', content: 'x', encrypted: true },
      { name: 'lzma.txt', content: 'x', method: 14 },
      { name: 'open.txt', content: 'open' },
    ]);
    const { texts, problems, notRead } = await readMembers('a.zip', zip);
    expect(texts).toEqual({ 'a.zip!/open.txt': 'open' });
    expect(problems).toEqual([]);
    expect(notRead).toEqual([
      'encrypted 2 a.zip!/locked.txt and 1 more: not read, encrypted',
      'compression-not-supported 1 a.zip!/lzma.txt: not read, compressed in a way that is not supported',
    ]);
  });

  test('a size that is not the true one hides nothing', async () => {
    const zip = buildZip([
      { name: 'a.txt', content: LARGE, claimedSize: 3 },
      { name: 'b.txt', content: 'more than told', claimedSize: 0 },
    ]);
    const { texts } = await readMembers('a.zip', zip);
    expect(texts['a.zip!/a.txt']).toHaveLength(LARGE.length);
    expect(texts['a.zip!/b.txt']).toBe('more than told');
  });

  test.each([true, false])('behind a program, with offsets from its beginning: %s', async (absolute) => {
    const stub = Buffer.from('#!/usr/bin/env python3\n');
    const zip = absolute
      ? buildZip([{ name: 'a.py', content: 'code' }], stub)
      : Buffer.concat([stub, buildZip([{ name: 'a.py', content: 'code' }])]);
    const { texts } = await readMembers('tool', zip);
    expect(texts['tool!/a.py']).toBe('code');
    expect(texts.tool).toContain('python3');
  });

  test('names are only names', async () => {
    const { paths } = await readMembers(
      'a.zip',
      buildZip([
        { name: '../../etc/passwd', content: 'a' },
        { name: '/absolute', content: 'b' },
        { name: 'nul\0 bell\u0007 \u202eright to left', content: 'c' },
        { name: 'twice', content: 'd' },
        { name: 'twice', content: 'e' },
        { name: 'x'.repeat(30_000), content: 'f' },
      ]),
    );
    expect(paths).toEqual([
      'a.zip!/../../etc/passwd',
      'a.zip!//absolute',
      'a.zip!/nul\\u{0} bell\\u{7} \\u{202e}right to left',
      'a.zip!/twice',
      'a.zip!/twice',
      `a.zip!/${'x'.repeat(1_000)}…`,
    ]);
  });
});

describe('tar', () => {
  test('ustar, pax, GNU and older forms', async () => {
    const long = `deep/${'d'.repeat(150)}/file.txt`;
    const tar = buildTar([
      { name: 'pax_global_header', type: 'g', content: paxRecord('comment', 'none') },
      { name: 'short.txt', prefix: 'some/folder', content: 'ustar' },
      { name: 'x', type: 'x', content: paxRecord('path', long) + paxRecord('size', '3') },
      { name: 'cut', content: 'pax', claimedSize: 0 },
      { name: '././@LongLink', type: 'L', content: `${long}.gnu\0` },
      { name: 'cut', content: 'gnu' },
      { name: 'number.txt', content: 'binary', binarySize: true },
      { name: 'link', type: '2', claimedSize: 0 },
      { name: 'folder/', type: '5' },
      { name: 'empty' },
      { name: 'last.txt', content: LARGE },
    ]);
    const { texts, problems } = await readMembers('a.tar', tar);
    expect(problems).toEqual([]);
    expect(texts).toEqual({
      'a.tar!/some/folder/short.txt': 'ustar',
      [`a.tar!/${long}`]: 'pax',
      [`a.tar!/${long}.gnu`]: 'gnu',
      'a.tar!/number.txt': 'binary',
      'a.tar!/last.txt': LARGE.toString('latin1'),
    });
    const old = await readMembers('old', buildTar([{ name: 'v7.txt', type: '\0', content: 'old', old: true }], false));
    expect(old.texts).toEqual({ 'old!/v7.txt': 'old' });
  });

  test('one archive behind another', async () => {
    const tar = Buffer.concat([buildTar([{ name: 'a', content: '1' }]), buildTar([{ name: 'b', content: '2' }])]);
    expect((await readMembers('x', tar)).texts).toEqual({ 'x!/a': '1', 'x!/b': '2' });
  });

  describe('as GNU tar writes it', () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'lapse-tar-'));
      writeFileSync(join(folder, 'a.txt'), 'content of a');
      writeFileSync(join(folder, `${'n'.repeat(200)}.txt`), 'long');
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    test.each(['ustar', 'pax', 'gnu', 'v7', 'oldgnu'])('%s', async (format) => {
      const names = ['ustar', 'v7'].includes(format) ? ['a.txt'] : ['a.txt', `${'n'.repeat(200)}.txt`];
      const tar = execFileSync('tar', [`--format=${format}`, '-cf', '-', ...names], { cwd: folder });
      const { paths, problems } = await readMembers('t', tar);
      expect(problems).toEqual([]);
      expect(paths).toEqual(names.map((name) => `t!/${name}`));
    });
  });
});

describe('compressed', () => {
  test('gzip of one or several members is the file it is named after', async () => {
    const gz = Buffer.concat([gzipSync('first\n'), gzipSync('second\n')]);
    expect((await readMembers('logs/app.log.gz', gz)).texts).toEqual({ 'logs/app.log.gz!/app.log': 'first\nsecond\n' });
    expect((await readMembers('big.gz', gzipSync(LARGE))).texts['big.gz!/big']).toBe(LARGE.toString('latin1'));
  });

  test('a compressed tar archive is one archive by name', async () => {
    const tgz = gzipSync(buildTar([{ name: 'etc/app.env', content: 'A=1' }]));
    expect((await readMembers('a.tgz', tgz)).texts).toEqual({ 'a.tgz!/etc/app.env': 'A=1' });
  });

  test('zstd is read where the runtime can, and told where it cannot', async () => {
    // The content "lapse" in one raw block (RFC 8878).
    const zst = Buffer.from(`28b52ffd2005290000${Buffer.from('lapse').toString('hex')}`, 'hex');
    const { texts, notRead, problems } = await readMembers('a.zst', zst);
    expect(problems).toEqual([]);
    if (unzstd === undefined)
      expect(notRead).toEqual([
        'compression-not-supported 1 a.zst: not read, compressed in a way that is not supported',
      ]);
    else expect(texts).toEqual({ 'a.zst!/a': 'lapse' });
  });

  test.each([
    ['xz', 'fd377a585a000004'],
    ['bzip2', '425a6839314159265359'],
    ['7z', '377abcaf271c0004'],
    ['rar', '526172211a0700'],
  ])('%s is told, and its bytes are looked at', async (_, hex) => {
    const { paths, notRead } = await readMembers('file', Buffer.from(hex, 'hex'));
    expect(paths).toEqual(['file']);
    expect(notRead).toEqual(['compression-not-supported 1 file: not read, compressed in a way that is not supported']);
  });
});

test('archives within archives, as an image that was saved', async () => {
  const layer = buildTar([{ name: 'etc/app.env', content: 'KEY=1' }]);
  const jar = buildZip([{ name: 'application.yml', content: 'a: 1' }]);
  const image = buildTar([
    { name: 'blobs/sha256/aa11', content: gzipSync(layer) },
    { name: 'layer.tar', content: layer },
    { name: 'app.war', content: buildZip([{ name: 'lib/x.jar', content: jar, method: 0 }]) },
    { name: 'manifest.json', content: '[]' },
  ]);
  expect((await readMembers('image.tar', image)).texts).toEqual({
    'image.tar!/blobs/sha256/aa11!/etc/app.env': 'KEY=1',
    'image.tar!/layer.tar!/etc/app.env': 'KEY=1',
    'image.tar!/app.war!/lib/x.jar!/application.yml': 'a: 1',
    'image.tar!/manifest.json': '[]',
  });
});

test('what is no archive is its own only member', async () => {
  expect((await readMembers('a.zip', Buffer.from('PKZIP is a program'))).texts).toEqual({
    'a.zip': 'PKZIP is a program',
  });
});
