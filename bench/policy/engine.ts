/**
 * One run of lapse's engine for `bench/policy.ts`, in a process of its own: JSON in, JSON out.
 *
 *     node --import ./test/support/typescript-loader.mjs bench/policy/engine.ts \
 *       SUBJECTS.jsonl EVALUATIONS WORKERS CACHE [answers FILE | faults]
 *
 * The code is that of `npm run build`, the policies are those of `rego/` as they are now. With `answers` each subject's answer is
 * written to FILE, one a line. With `faults` a policy fails in one evaluation of ten.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { JsonObject } from '../../src/model/json.ts';

const DIST = new URL('../../dist/src/policy/', import.meta.url);
const load = <T>(file: string): Promise<T> => import(new URL(file, DIST).href);
const { createRegoCompiler } =
  await load<typeof import('../../src/policy/compiler/compiler.ts')>('compiler/compiler.js');
const { compileLibrary, libraryFolder } = await load<typeof import('../../src/policy/library.ts')>('library.js');
const { createPolicyEngine } =
  await load<typeof import('../../src/policy/create-policy-engine.ts')>('create-policy-engine.js');

/** Requests under way at once, as many as the judge has. */
const CONCURRENCY = 64;
const WARM = 500;

const FAULTY = `# METADATA
# title: Faulty
# custom: {id: faulty, severity: low}
package custom.rules.faulty

finding contains {"id": "faulty", "subject": "s", "detail": {"number": to_number(input.fault)}}
`;

const [subjects = '', evaluations = '', workers = '', cacheFolder = '', mode, output = ''] = process.argv.slice(2);
const texts = readFileSync(subjects, 'utf8').trimEnd().split('\n');

const compiler = createRegoCompiler();
const library = await compileLibrary({ compiler, cacheFolder }, await libraryFolder());
await compiler.close();
const custom = { modules: { 'faulty.rego': FAULTY }, data: {} };
const engine = await createPolicyEngine({
  library,
  cacheFolder,
  workers: Number(workers),
  ...(mode === 'faults' ? { custom } : {}),
});

/** `undefined` for an evaluation that failed. */
async function judge(text: string, fault = false): Promise<string | undefined> {
  const input: JsonObject = JSON.parse(text);
  if (fault) return engine.findings({ ...input, fault: 'none' }).then(fail, () => undefined);
  return JSON.stringify(await engine.findings(input));
}

function fail(): never {
  throw new Error('a policy that fails had an answer');
}

/** Answers how many evaluations failed. */
async function run(count: number): Promise<number> {
  let next = 0;
  let failed = 0;
  const work = async () => {
    while (next < count) {
      const index = next++;
      const answer = await judge(texts[index % texts.length] ?? '', mode === 'faults' && index % 10 === 9);
      if (answer === undefined) failed++;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return failed;
}

const answersOfAll = async () => (await Promise.all(texts.map((text) => judge(text)))).join('\n');
const megabytes = () => process.memoryUsage().rss / 1024 ** 2;

await run(WARM * Number(workers));
const before = mode === 'faults' ? await answersOfAll() : '';
if (mode === 'answers') writeFileSync(output, `${await answersOfAll()}\n`);
const memoryBefore = megabytes();
const [cpu, since] = [process.cpuUsage(), performance.now()];
const failed = await run(Number(evaluations));
const seconds = (performance.now() - since) / 1_000;
const { user, system } = process.cpuUsage(cpu);
const memory = megabytes();
const same = mode !== 'faults' || (await answersOfAll()) === before;
console.log(
  JSON.stringify({
    evaluations: Number(evaluations),
    seconds,
    cpu: (user + system) / 1e6,
    failed,
    same,
    memoryBefore,
    memory,
  }),
);
await engine.close();
