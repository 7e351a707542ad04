import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { buildTar, paxRecord } from './build-tar.ts';
import { buildZip } from './build-zip.ts';
import { readMembers } from './read-members.ts';

/** A generator that is the same each time (xorshift). */
function randomOf(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761 + 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const VALUE = ['kept', 'out', 'of', 'messages', '7q'].join('-');
const content = `value=${VALUE}\n`.repeat(40);
const zip = buildZip([
  { name: 'a.txt', content },
  { name: 'b.txt', content, method: 0 },
  { name: 'c.txt', content, descriptor: true, zip64: true },
]);
const tar = buildTar([
  { name: 'x', type: 'x', content: paxRecord('path', 'a/long/name.txt') + paxRecord('size', String(content.length)) },
  { name: 'a.txt', content },
  { name: 'L', type: 'L', content: 'n'.repeat(200) },
  { name: 'b.txt', content, binarySize: true },
]);
const SEEDS: Readonly<Record<string, Buffer>> = {
  zip,
  tar,
  gzip: gzipSync(content),
  'tar in gzip': gzipSync(tar),
  'zip in tar': buildTar([{ name: 'in.zip', content: zip }]),
  'gzip in zip': buildZip([{ name: 'a.gz', content: gzipSync(content), method: 0 }]),
};
const ROUNDS = 600;
const INTERESTING = [0, 1, 0x7f, 0x80, 0xff];

/** Changes, removes, repeats and exchanges bytes. */
function mutate(original: Buffer, random: (below: number) => number): Buffer {
  let bytes = Buffer.from(original);
  for (let round = 1 + random(6); round > 0; round--) {
    const at = random(bytes.length);
    const kind = random(6);
    if (kind < 2) bytes[at] = random(256);
    else if (kind === 2) bytes[at] = INTERESTING[random(INTERESTING.length)] ?? 0;
    else if (kind === 3) bytes = bytes.subarray(0, Math.max(1, at));
    else if (kind === 4) bytes.fill(0xff, at, Math.min(bytes.length, at + 1 + random(8)));
    else bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(random(bytes.length))]);
  }
  return bytes;
}

test.each(Object.entries(SEEDS))(
  'mutated %s: no failure, no value in a message, no endless work',
  async (_, original) => {
    for (let seed = 1; seed <= ROUNDS; seed++) {
      const bytes = mutate(original, randomOf(seed));
      const start = performance.now();
      const { problems, notRead, texts } = await readMembers('f', bytes, { seconds: 10 }, { held: seed % 2 === 0 });
      expect(performance.now() - start, `seed ${seed}`).toBeLessThan(5_000);
      expect(problems.filter(({ code }) => code !== 'ERR_SCAN_SYNTAX' && code !== 'ERR_SCAN_LIMIT')).toEqual([]);
      expect(JSON.stringify([problems, notRead])).not.toContain(VALUE);
      expect(Object.keys(texts).every((path) => path.startsWith('f'))).toBe(true);
    }
  },
);
