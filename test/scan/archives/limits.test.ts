import { Readable } from 'node:stream';
import { createGzip, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { ArchiveBudget } from '../../../src/scan/archives/archive-budget.ts';
import { archiveLimits, DEFAULT_ARCHIVE_LIMITS } from '../../../src/scan/archives/archive-limits.ts';
import { buildTar } from './build-tar.ts';
import { buildZip } from './build-zip.ts';
import { readMembers } from './read-members.ts';

const MIB = 1024 ** 2;

/** What a piece that is repeated many times compresses to, without ever being held whole. */
async function gzipOf(piece: Buffer, times: number): Promise<Buffer> {
  const source = Readable.from(
    (function* () {
      for (let index = 0; index < times; index++) yield piece;
    })(),
  );
  const pieces: Buffer[] = [];
  for await (const compressed of source.pipe(createGzip({ level: 1 }))) pieces.push(compressed);
  return Buffer.concat(pieces);
}

function expectLimit(problems: readonly { code: string; message: string }[], ...messages: readonly string[]) {
  expect(problems.map(({ message }) => message)).toEqual(messages.map((text) => `${text}: the rest was not read`));
  expect(problems.every(({ code }) => code === 'ERR_SCAN_LIMIT')).toBe(true);
}

describe('bombs end at a limit, with a problem that names the file', () => {
  test('zeros in a zip', async () => {
    const zip = buildZip([
      { name: 'first.txt', content: 'first' },
      { name: 'zeros', content: Buffer.alloc(64 * MIB) },
    ]);
    const { problems, texts } = await readMembers('bomb.zip', zip);
    expectLimit(problems, 'bomb.zip: expands to more than 200 times its size');
    expect(texts['bomb.zip!/first.txt']).toBe('first');
  });

  test('entries that share their data', async () => {
    const data = Buffer.alloc(MIB, 'not very well compressed');
    const shared = Array.from({ length: 500 }, (_, index) => ({ name: `${index}`, content: data, sharesOffset: 0 }));
    const zip = buildZip([{ name: 'kernel', content: data }, ...shared]);
    const { problems } = await readMembers('overlap.zip', zip);
    expectLimit(problems, 'overlap.zip: expands to more than 200 times its size');
    const stored = shared.map((entry) => ({ ...entry, method: 0 }));
    const wide = await readMembers('stored.zip', buildZip([{ name: 'kernel', content: data, method: 0 }, ...stored]));
    expectLimit(wide.problems, 'stored.zip: expands to more than 200 times its size');
  });

  test('zeros in gzip', async () => {
    const { problems, texts } = await readMembers('zeros.gz', await gzipOf(Buffer.alloc(MIB), 256));
    expectLimit(problems, 'zeros.gz: expands to more than 200 times its size');
    expect(texts['zeros.gz!/zeros']?.length).toBeLessThan(256 * MIB);
  });

  test('a compressed tar archive of 2^20 members', async () => {
    const many = buildTar(
      Array.from({ length: 1024 }, () => ({ name: 'a' })),
      false,
    );
    const tgz = await gzipOf(many, 1024);
    const { problems, paths } = await readMembers('many.tgz', tgz);
    expectLimit(problems, 'many.tgz: has more than 500000 members');
    expect(paths).toEqual([]);
  });

  test('layers of gzip, each of which is small', async () => {
    let layers = Buffer.from('the innermost');
    for (let depth = 0; depth < 12; depth++) layers = gzipSync(layers);
    const { problems, texts } = await readMembers('deep.gz', layers);
    expectLimit(problems, `deep.gz${'!/deep'.repeat(8)}: has more than 8 archives within each other`);
    expect(texts).toEqual({});
    const allowed = await readMembers('deep.gz', layers, { depth: 12 });
    expect(allowed.texts).toEqual({ [`deep.gz${'!/deep'.repeat(12)}`]: 'the innermost' });
  });

  test('an archive that is its own member', async () => {
    // A zip whose central directory says that the whole file is one stored entry of it: unpacking never ends.
    const zip = buildZip([{ name: 'self.zip', content: Buffer.alloc(0), method: 0, descriptor: true }]);
    const central = zip.indexOf(Buffer.from('504b0102', 'hex'));
    const quine = Buffer.concat([zip.subarray(0, central), Buffer.alloc(600), zip.subarray(central)]);
    const moved = quine.indexOf(Buffer.from('504b0102', 'hex'));
    quine.writeUInt32LE(moved, quine.length - 6);
    const data = 30 + 'self.zip'.length;
    quine.writeUInt32LE(quine.length - data, moved + 20);
    quine.writeUInt32LE(quine.length - data, moved + 24);
    quine.copy(quine, data, 0, 38);
    const { problems, paths } = await readMembers('self.zip', quine);
    expect(paths.length).toBeLessThan(20);
    expect(problems.length).toBeLessThan(20);
  });

  test('time', async () => {
    let now = 0;
    const budget = new ArchiveBudget('slow.zip', 100, DEFAULT_ARCHIVE_LIMITS, () => now);
    budget.member();
    now = 120_001;
    expect(() => budget.expand(1)).toThrow('slow.zip: takes more than 120 seconds: the rest was not read');
  });

  test('what everything expands to, counted over all that is within', async () => {
    const inner = buildZip([{ name: 'a', content: Buffer.alloc(3_000, 'ab') }]);
    const zip = buildZip([1, 2, 3].map((index) => ({ name: `${index}.zip`, content: inner, method: 0 })));
    const { problems, paths } = await readMembers('a.zip', zip, { expandedSize: 7_000 });
    expectLimit(problems, 'a.zip: expands to more than 7000 bytes');
    expect(paths).toEqual(['a.zip!/1.zip!/a', 'a.zip!/2.zip!/a']);
  });
});

describe('damaged archives', () => {
  const text = Buffer.from(Array.from({ length: 300_000 }, (_, index) => `${index * 7919} `).join(''));

  test.each([
    ['zip', buildZip([{ name: 'a', content: text }]), 0.9],
    ['gzip', gzipSync(text), 0.9],
    ['tar', buildTar([{ name: 'a', content: text }]), 0.9],
    ['a header of tar', buildTar([{ name: 'a', content: 'x' }, { name: 'b' }], false), 0.8],
  ])('%s that ends early is a problem', async (_, whole, part) => {
    const { problems } = await readMembers('cut', whole.subarray(0, Math.floor(whole.length * part)));
    expect(problems.map(({ code }) => code)).toEqual(['ERR_SCAN_SYNTAX']);
    expect(problems[0]?.location).toEqual({ path: 'cut' });
  });

  test('what is good of one is read', async () => {
    const { texts } = await readMembers('cut.gz', gzipSync(text).subarray(0, 500_000));
    expect(text.toString('latin1').startsWith(texts['cut.gz!/cut'] ?? '?')).toBe(true);
    expect(texts['cut.gz!/cut']?.length).toBeGreaterThan(500_000);
  });

  test('a name that fills memory is none', async () => {
    const tar = buildTar([{ name: 'x', type: 'x', claimedSize: 4 * 1024 ** 3, binarySize: true }]);
    const { problems } = await readMembers('x.tar', tar);
    expect(problems[0]?.message).toBe('x.tar: has a name that no file can have');
  });

  test('of many bad members the first ones are told', async () => {
    const zip = buildZip(
      Array.from({ length: 100 }, (_, index) => ({ name: `${index}`, content: 'not deflated', method: 0 })),
    );
    for (let at = zip.indexOf('PK\x01\x02'); at >= 0; at = zip.indexOf('PK\x01\x02', at + 1)) zip[at + 10] = 8;
    const { problems } = await readMembers('bad.zip', zip);
    expect(problems).toHaveLength(20);
    expect(problems.at(-1)?.message).toBe('bad.zip: further members cannot be read');
  });

  test('a zip archive in a stream is held up to a limit', async () => {
    const inner = buildZip([{ name: 'a', content: Buffer.alloc(6 * MIB, 'x1'), method: 0 }]);
    const tar = buildTar([
      { name: 'in.zip', content: inner },
      { name: 'b', content: 'behind' },
    ]);
    const { problems, texts } = await readMembers('a.tar', tar, {}, { maxFileSize: 5 * MIB });
    expectLimit(
      problems,
      `a.tar!/in.zip: is larger than ${5 * MIB} bytes, and a zip archive within another is held whole`,
    );
    expect(texts['a.tar!/b']).toBe('behind');
    const held = await readMembers('a.tar', tar, {}, { maxFileSize: 8 * MIB });
    expect(held.texts['a.tar!/in.zip!/a']).toHaveLength(6 * MIB);
  });
});

test('a configuration says which limits count', () => {
  expect(archiveLimits({ archives: false, archive_limits: {} })).toBeUndefined();
  expect(archiveLimits({ archives: true, archive_limits: {} })).toEqual(DEFAULT_ARCHIVE_LIMITS);
  expect(archiveLimits({ archives: true, archive_limits: { depth: 2, expanded_size: 10 } })).toEqual({
    ...DEFAULT_ARCHIVE_LIMITS,
    depth: 2,
    expandedSize: 10,
  });
});
