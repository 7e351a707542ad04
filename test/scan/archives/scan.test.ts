import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { DEFAULT_ARCHIVE_LIMITS } from '../../../src/scan/archives/archive-limits.ts';
import { filesFromWorkingTree } from '../../../src/scan/files-from-working-tree.ts';
import { loadRules } from '../../../src/scan/secrets/load-rules.ts';
import { ruleSet } from '../../../src/scan/secrets/rule-set.ts';
import { secretScanner } from '../../../src/scan/secrets/secret-scanner.ts';
import { ACME_RULES } from '../../support/acme-rules.ts';
import { readingScanner, scanAll, sourceOf } from '../scan-all.ts';
import { temporaryTree } from '../temporary-tree.ts';
import { buildTar } from './build-tar.ts';
import { buildZip } from './build-zip.ts';

const scanner = secretScanner(() => ruleSet(loadRules([ACME_RULES])));
const FILE = `[client]\nACME_TOKEN=${`acme_${'q7w3e9r5t1y8u2i6o4p0'}`}\n`;
const archives = DEFAULT_ARCHIVE_LIMITS;

/** Places of all secrets, with the unit that each is filed under. */
async function placesIn(files: Readonly<Record<string, Buffer>>, options = {}) {
  const { facts, result } = await scanAll([sourceOf(files)], [scanner], { archives, ...options });
  const places = facts.flatMap(({ kind, body, unit }) =>
    kind === 'secret' ? body.locations.map(({ path, line, column }) => `${unit}: ${path}:${line}:${column}`) : [],
  );
  return { places, result, facts };
}

test('a secret in an archive is located by its member and filed under the file', async () => {
  const image = buildTar([
    { name: 'layer.tar', content: gzipSync(buildTar([{ name: 'etc/app.env', content: FILE }])) },
  ]);
  const { places, result } = await placesIn({
    'dist/app.jar': buildZip([{ name: 'app.properties', content: FILE }]),
    'image.tar': image,
    'plain.env': Buffer.from(FILE),
  });
  expect(places).toEqual([
    'dist/app.jar: dist/app.jar!/app.properties:2:12',
    'image.tar: image.tar!/layer.tar!/etc/app.env:2:12',
    'plain.env: plain.env:2:12',
  ]);
  expect(result).toMatchObject({ complete: true, files: { seen: 3, read: 3 }, skipped: {} });
});

test('a secret in an image that was saved is told with the names of the images that have its layer', async () => {
  const layer = gzipSync(buildTar([{ name: 'etc/app.env', content: FILE }]));
  const manifest = [
    {
      Config: 'blobs/sha256/c1',
      RepoTags: ['acme/app:1.2', 'acme/app:latest', 'not a name'],
      Layers: ['blobs/sha256/a1'],
    },
    {
      Config: 'blobs/sha256/c2',
      RepoTags: ['registry.acme.example:5000/job:2'],
      Layers: ['blobs/sha256/a1', 'old/layer.tar'],
    },
    { Config: 'blobs/sha256/c3', RepoTags: null, Layers: ['blobs/sha256/a2'] },
  ];
  const image = (json: string) =>
    buildTar([
      ...['blobs/sha256/a1', 'blobs/sha256/a2', 'old/layer.tar'].map((name) => ({ name, content: layer })),
      { name: 'blobs/sha256/c1', content: FILE },
      { name: 'manifest.json', content: json },
    ]);
  const large = buildTar([
    { name: 'blobs/sha256/a0', content: Buffer.alloc(300_000) },
    { name: 'blobs/sha256/a1', content: FILE },
    { name: 'manifest.json', content: JSON.stringify(manifest) },
  ]);
  const base = temporaryTree({
    'image.tar': image(JSON.stringify(manifest)),
    'large.tar': large,
    'odd.tar': image('[{'),
  });
  const { facts } = await scanAll([filesFromWorkingTree({ base })], [scanner], { archives });
  const both = 'acme/app:1.2, acme/app:latest, registry.acme.example:5000/job:2';
  expect(
    facts.flatMap(({ kind, body }) =>
      kind === 'secret' ? body.locations.map(({ path, item }) => `${path.replace('blobs/sha256/', '')} ${item}`) : [],
    ),
  ).toEqual([
    `image.tar!/a1!/etc/app.env ${both}`,
    'image.tar!/a2!/etc/app.env undefined',
    'image.tar!/old/layer.tar!/etc/app.env registry.acme.example:5000/job:2',
    'image.tar!/c1 acme/app:1.2, acme/app:latest',
    `large.tar!/a1 ${both}`,
    'odd.tar!/a1!/etc/app.env undefined',
    'odd.tar!/a2!/etc/app.env undefined',
    'odd.tar!/old/layer.tar!/etc/app.env undefined',
    'odd.tar!/c1 undefined',
  ]);
});

test('it is the same secret as in a file by itself', async () => {
  const { facts } = await placesIn({
    'a.zip': buildZip([{ name: 'a.env', content: FILE }]),
    'a.env': Buffer.from(FILE),
  });
  expect(new Set(facts.map(({ body }) => ('fingerprint' in body ? body.fingerprint : ''))).size).toBe(1);
});

test('archives are not looked into when that is not asked for', async () => {
  const zip = buildZip([{ name: 'a.env', content: FILE }]);
  const { places } = await placesIn({ 'a.zip': zip }, { archives: undefined });
  expect(places).toEqual([]);
});

test('a scanner that does not ask for members sees the file itself', async () => {
  const seen: string[] = [];
  const reader = { ...readingScanner((file) => seen.push(file.path)), recognise: () => 'any' };
  await scanAll([sourceOf({ 'a.zip': buildZip([{ name: 'a.txt', content: 'x' }]) })], [reader], { archives });
  expect(seen).toEqual(['a.zip']);
});

test('what cannot be read makes the scan incomplete or is told, and hides nothing else', async () => {
  const { places, result } = await placesIn({
    'bomb.gz': gzipSync(Buffer.alloc(64 * 1024 ** 2)),
    'locked.zip': buildZip([
      { name: 'locked.env', content: FILE, encrypted: true },
      { name: 'open.env', content: FILE },
    ]),
  });
  expect(places).toEqual(['locked.zip: locked.zip!/open.env:2:12']);
  expect(result.problems).toMatchObject([{ code: 'ERR_SCAN_LIMIT', unit: 'bomb.gz', scanner: 'secrets' }]);
  expect(result.complete).toBe(false);
  expect(result.skipped).toMatchObject({ encrypted: 1 });
  expect(result.notices.map(({ message }) => message)).toEqual(['locked.zip!/locked.env: not read, encrypted']);
});
