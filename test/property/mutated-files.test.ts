import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import fastGlob from 'fast-glob';
import { describe, expect, it } from 'vitest';
import { scanners } from '../../scanners/index.ts';
import { secretsScanner } from '../../scanners/secrets/index.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { FileSource } from '../../src/scan/file-source.ts';
import { runScan } from '../../src/scan/run.ts';
import { expandExample } from '../../src/scan/secrets/expand-example.ts';

const FILES = 10_000;
/** Milliseconds for one file, some thousand times what it takes: not a measure of speed, but of coming to an end at all. */
const HANG = 60_000;
/** Bytes of a file that repeats a keyword. */
const REPEATED = 300_000;
const root = fileURLToPath(new URL('../..', import.meta.url));

/** A generator of numbers below a bound that gives the same ones in every run (mulberry32). */
function numbers(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

interface Seed {
  readonly path: string;
  readonly content: Buffer;
}

/** What every parser and every rule is made for: the fixtures of the scanners, and the examples of the rules. */
function seeds(): readonly Seed[] {
  const fixtures = fastGlob
    .sync(['test/fixtures/scanners/**/input/**/*', 'examples/**/*'], { cwd: root, dot: true })
    .sort()
    .map((path) => ({ path, content: readFileSync(join(root, path)).subarray(0, 20_000) }));
  const examples = secretsScanner.rules().flatMap((rule) =>
    rule.examples.match.map((template, index) => ({
      path: ['settings.env', 'values.yaml', 'main.tf', 'app.json', '.npmrc', 'notes.txt'][index % 6] ?? 'notes.txt',
      content: Buffer.from(`# ${rule.title}\n${expandExample(template, `${rule.id} ${template}`)}\n`),
    })),
  );
  return [...fixtures, ...examples];
}

/** Files of some hundred KB that are one keyword again and again, which may be looked at each time. */
function repeated(): readonly Seed[] {
  const keywords = [...new Set(secretsScanner.rules().flatMap((rule) => rule.keywords))];
  return keywords
    .filter((_, index) => index % 40 === 0)
    .concat('"kind":"secret",', 'api_key="', 'AAAAAAAAAA', '-----BEGIN PRIVATE KEY-----\\n', '{"mcpServers":{"')
    .map((keyword, index) => ({
      path: `repeated/${index}.${['txt', 'json', 'yaml'][index % 3]}`,
      content: Buffer.from(keyword.repeat(Math.ceil(REPEATED / keyword.length))),
    }));
}

const ODD = [
  '\0',
  '\r\n',
  '{',
  '[',
  '"',
  "'",
  '&a',
  '*a',
  ': ',
  '- ',
  '${',
  '{{',
  '\u2028',
  '\ud800',
  '-----BEGIN ',
  '=',
  '<',
  '\\',
];

/** Changes a file in one to four ways: bytes flipped, cut, repeated, put elsewhere, joined with another file, packed, encoded. */
function mutate(seed: Seed, other: Seed, draw: (bound: number) => number): Buffer {
  let bytes: Buffer = Buffer.from(seed.content);
  for (let times = 1 + draw(4); times > 0; times--) {
    const at = draw(bytes.length + 1);
    const length = draw(Math.min(400, bytes.length - at + 1));
    const [before, piece, after] = [
      bytes.subarray(0, at),
      bytes.subarray(at, at + length),
      bytes.subarray(at + length),
    ];
    const ways: readonly (() => Buffer)[] = [
      () => {
        const flipped = Buffer.from(bytes);
        for (let flips = 1 + draw(8); flips > 0 && flipped.length > 0; flips--)
          flipped[draw(flipped.length)] = draw(256);
        return flipped;
      },
      () => Buffer.concat([before, after]),
      () => Buffer.concat([before, ...Array<Buffer>(1 + draw(30)).fill(piece), after]),
      () => Buffer.concat([before, Buffer.from(ODD[draw(ODD.length)] ?? ''), piece, after]),
      () => Buffer.concat([before, other.content.subarray(0, 4_000), after]),
      () => Buffer.concat([before, Buffer.from(piece.toString('base64')), after]),
      () => Buffer.concat([before, Buffer.from(encodeURIComponent(piece.toString('latin1'))), after]),
      () => Buffer.from(bytes.toString('utf8'), 'utf16le'),
      () => gzipSync(bytes).subarray(0, 1 + draw(bytes.length + 20)),
      () => bytes.subarray(0, at),
    ];
    bytes = ways[draw(ways.length)]?.() ?? bytes;
  }
  return bytes.subarray(0, 60_000);
}

/** Ids that stand beside a secret are none themselves, though in a damaged file a rule may take one for the value of another. */
function withoutIds(facts: JsonObject = {}): JsonObject {
  return Object.fromEntries(Object.entries(facts).filter(([name]) => !name.endsWith('_id')));
}

describe('ten thousand mutated files', () => {
  it('crash no parser and no rule, come to an end, and give no value away', { timeout: 300_000 }, async () => {
    const draw = numbers(20_261_122);
    const all = seeds();
    expect(all.length).toBeGreaterThan(400);
    const repetitions = repeated();
    expect(repetitions.length).toBeGreaterThan(20);
    const pick = () => all[draw(all.length)] as Seed;
    let slowest = { path: '', took: 0 };
    let last = { path: '', at: performance.now() };
    const ended = () => {
      const took = performance.now() - last.at;
      if (took > slowest.took) slowest = { path: last.path, took };
    };
    const source: FileSource = {
      scopes: [],
      maxFileSize: 1_000_000,
      async *files() {
        for (let index = 0; index < FILES; index++) {
          const seed = pick();
          const content = mutate(seed, pick(), draw);
          ended();
          last = { path: `${index}/${seed.path}`, at: performance.now() };
          yield { from: 'bytes', path: last.path, unit: last.path, content };
        }
        for (const { path, content } of repetitions) {
          ended();
          last = { path, at: performance.now() };
          yield { from: 'bytes', path, unit: path, content };
        }
        ended();
      },
    };
    const values = new Set<string>();
    const output: string[] = [];
    const result = await runScan({
      sources: [source],
      scanners,
      context: {
        now: new Date('2026-03-01T12:00:00Z'),
        cluster: 'test',
        fingerprint: (value) => createHash('sha256').update(`test\0${value}`).digest('hex'),
        reveal: ({ credentialNativeId }, value) => {
          // The id of a credential is no secret, though a rule finds it.
          if (value.reveal().length >= 12 && value.reveal() !== credentialNativeId) values.add(value.reveal());
        },
      },
      sink: async (facts) => {
        // Only what is said of secrets: a policy document may well quote the text that a rule took for one.
        for (const fact of facts)
          if (fact.kind === 'secret')
            output.push(JSON.stringify({ ...fact.body, facts: withoutIds(fact.body.facts), locations: [] }));
      },
    });
    expect(result.files.seen).toBe(FILES + repetitions.length);
    expect(result.problems.filter(({ code }) => code === 'ERR_INTERNAL')).toEqual([]);
    expect(slowest.took, slowest.path).toBeLessThan(HANG);
    // Enough survives to mean something.
    expect(values.size).toBeGreaterThan(1_000);
    output.push(...result.problems.map(({ message }) => message));
    const text = output.join('\n');
    expect([...values].filter((value) => text.includes(value)).length).toBe(0);
  });
});
