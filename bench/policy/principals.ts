/**
 * Many principals through lapse's engine with two workers, in a process of its own; for `bench/policy.ts --principals`:
 *
 *     node --import ./test/support/typescript-loader.mjs bench/policy/principals.ts SUBJECTS.jsonl ACCOUNT PRINCIPALS
 *
 * The subjects are those of the account ACCOUNT; after them the same follow in other accounts. Their text is made and parsed
 * here, which counts, as the judge's making of its inputs would. The code and the policies are those of `npm run build`.
 */
import { readFileSync } from 'node:fs';
import type { JsonObject } from '../../src/model/json.ts';

const DIST = new URL('../../dist/src/policy/', import.meta.url);
const { createPolicyEngine }: typeof import('../../src/policy/create-policy-engine.ts') = await import(
  new URL('create-policy-engine.js', DIST).href
);

const WORKERS = 2;
/** Requests under way at once, as many as the judge has. */
const CONCURRENCY = 8;

const [file = '', account = '', count = ''] = process.argv.slice(2);
const texts = readFileSync(file, 'utf8').trimEnd().split('\n');
const principals = Number(count);

function subject(index: number): JsonObject {
  const other = String(Number(account) + Math.floor(index / texts.length));
  return JSON.parse((texts[index % texts.length] ?? '').replaceAll(account, other));
}

const since = performance.now();
const engine = await createPolicyEngine({ cacheFolder: null, workers: WORKERS });
let next = 0;
let findings = 0;
const work = async () => {
  while (next < principals) findings += (await engine.findings(subject(next++))).length;
};
await Promise.all(Array.from({ length: CONCURRENCY }, work));
await engine.close();
const { user, system } = process.cpuUsage();
console.log(
  JSON.stringify({
    findings,
    seconds: (performance.now() - since) / 1_000,
    cpu: (user + system) / 1e6,
    memory: process.resourceUsage().maxRSS / 1024,
  }),
);
