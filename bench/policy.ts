/**
 * What policies cost: to start the compiler, to compile `rego/`, to open the engine from the cache, and to judge a
 * principal with two keys and forty grants. Run by hand:
 * `node --import ./test/support/typescript-loader.mjs bench/policy.ts [evaluations]`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Credential } from '../src/model/credential.ts';
import type { Grant } from '../src/model/grant.ts';
import type { JsonObject } from '../src/model/json.ts';
import type { Principal } from '../src/model/principal.ts';
import { createRegoCompiler } from '../src/policy/compiler/compiler.ts';
import { createPolicyEngine } from '../src/policy/create-policy-engine.ts';
import { compileLibrary, libraryFolder } from '../src/policy/library.ts';

const EVALUATIONS = Number(process.argv[2] ?? 5_000);
const CONCURRENCY = 8;

const location = { path: 'exports/aws.json', line: 12, column: 5 };

const grant = (index: number): Grant => ({
  id: `g${index}`,
  platform: 'aws',
  principal: 'p1',
  effect: 'allow',
  role: 'identity',
  actions: ['s3:GetObject', `dynamodb:Query${index}`],
  resources: [`arn:aws:s3:::bucket-${index}/*`],
  scope: '111122223333',
  via: ['policy:app'],
  locations: [location],
});

const credential = (index: number): Credential => ({
  id: `c${index}`,
  platform: 'aws',
  kind: 'access-key',
  nativeId: `key-${index}`,
  principal: 'p1',
  status: 'active',
  createdAt: '2025-01-10T08:00:00Z',
  usage: { lastUsedAt: '2026-10-01T08:00:00Z', source: 'aws-access-key-last-used', confidence: 'high' },
  locations: [location],
});

const principal: Principal = {
  id: 'p1',
  platform: 'aws',
  kind: 'user',
  nativeId: 'arn:aws:iam::111122223333:user/ci-deploy',
  name: 'ci-deploy',
  scope: ['111122223333'],
  seen: 'listed',
  enabled: true,
  attributes: { path: '/', tags: {}, password_enabled: false, mfa_active: false, groups: [] },
  locations: [location],
};

const INPUT = {
  now: '2026-11-22T12:00:00Z',
  type: 'principal',
  principal,
  credentials: [credential(1), credential(2)],
  secrets: [],
  grants: Array.from({ length: 40 }, (_, index) => grant(index)),
  trusts_in: [],
  trusts_out: [],
  workloads: [],
  effective: null,
  paths: [],
} as unknown as JsonObject;

let since = performance.now();
function lap(what: string, per = 1): void {
  const milliseconds = (performance.now() - since) / per;
  console.log(`${what.padEnd(44)}${milliseconds.toFixed(per === 1 ? 0 : 3).padStart(9)} ms`);
  since = performance.now();
}

const cacheFolder = mkdtempSync(join(tmpdir(), 'lapse-bench-'));
try {
  console.log(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}`);
  const rego = createRegoCompiler();
  await rego.format({ 'a.rego': 'package a' });
  lap('start the compiler');
  await compileLibrary({ compiler: rego, cacheFolder }, await libraryFolder());
  lap('compile rego/');
  await rego.close();

  const engine = await createPolicyEngine({ cacheFolder, workers: 1 });
  lap('open the engine from the cache');
  const found = await engine.findings(INPUT);
  lap(`first evaluation (${engine.rules.size} rules, ${found.length} findings)`);
  for (let count = 0; count < 500; count++) await engine.findings(INPUT);
  lap('warm up, 500 evaluations');
  for (let count = 0; count < EVALUATIONS; count++) await engine.findings(INPUT);
  lap('one evaluation, one after the other', EVALUATIONS);
  await engine.close();

  const wide = await createPolicyEngine({ cacheFolder, workers: 2 });
  await Promise.all(Array.from({ length: 1_000 }, () => wide.findings(INPUT)));
  lap('two workers: open and warm up');
  let left = EVALUATIONS;
  const work = async () => {
    while (left-- > 0) await wide.findings(INPUT);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  lap(`one evaluation, ${CONCURRENCY} at once on two workers`, EVALUATIONS);
  await wide.close();
} finally {
  rmSync(cacheFolder, { recursive: true });
}
