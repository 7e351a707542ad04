/**
 * What policies cost. Run by hand, after `npm run build`, with Go and if possible `opa` on PATH:
 *
 *     node --import ./test/support/typescript-loader.mjs bench/policy.ts [FOLDER [EVALUATIONS]] [--quick]
 *     node --import ./test/support/typescript-loader.mjs bench/policy.ts --principals 100000
 *
 * The inventory of a scan of FOLDER, `examples/organisation` unless told, is judged by all findings, from JSON to JSON: by the
 * engine, by OPA's own library with a prepared query, and by `opa exec`, in turns on one core and on two. Then what becomes of
 * twice and four times as many evaluations, and of 100,000 of which a tenth fail. Last, what `lapse check` takes before it
 * judges anything. `--quick` takes 500 evaluations, one round and 5,000 with faults.
 *
 * With `--principals`, so many AWS principals with ten grants each, as the judge hands over those of an account of
 * `bench/identities.ts` and the same in other accounts, through an engine with two workers.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { canonicalJson } from '../src/model/canonical-json.ts';
import type { JsonObject } from '../src/model/json.ts';
import { libraryFolder } from '../src/policy/library.ts';
import { authorizationDetails } from './identities/account.ts';
import { buildLibrary, engine, exec, type Given, library, type Run } from './policy/peers.ts';
import { isThere } from './secrets-speed/measure.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, principals: { type: 'string' } },
});
const [rounds, withFaults] = values.quick ? [1, 5_000] : [3, 100_000];
const [folder = path('../examples/organisation'), count = values.quick ? '500' : '10000'] = positionals;
const evaluations = Number(count);
const LOADER = ['--no-warnings', '--import', path('../test/support/typescript-loader.mjs')];
const ACCOUNT = '100000000000';
const scratch = mkdtempSync(join(tmpdir(), 'lapse-bench-'));

/** What the judge asks about a folder, one JSON text a line. */
function subjectsOf(scanned: string): { readonly subjects: string; readonly text: Buffer } {
  const subjects = join(scratch, 'subjects.jsonl');
  const asked = [...LOADER, path('./policy/subjects.ts'), resolve(scanned)];
  const text = execFileSync(process.execPath, asked, { maxBuffer: 2 ** 30 });
  writeFileSync(subjects, text);
  return { subjects, text };
}

async function prepare(): Promise<Given> {
  const { subjects, text } = subjectsOf(folder);
  const { modules, data } = await libraryFolder();
  writeFileSync(join(scratch, 'modules.json'), JSON.stringify(modules));
  writeFileSync(join(scratch, 'data.json'), JSON.stringify(data));
  for (const [name, rego] of Object.entries(modules)) {
    const file = join(scratch, 'bundle', name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, rego);
  }
  writeFileSync(join(scratch, 'bundle', 'data.json'), JSON.stringify(data));
  const size = Math.round(text.length / text.toString().trimEnd().split('\n').length);
  console.log(`${text.toString().trimEnd().split('\n').length} subjects of ${size} bytes on average`);
  return { folder: scratch, subjects };
}

/** The answers are sets, and their order is nobody's promise. */
function answersIn(file: string): readonly string[] {
  const sorted = (answers: readonly JsonObject[]) => answers.map((each) => canonicalJson(plain(each))).sort();
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => sorted(JSON.parse(line)).join());
}

/** The engine says what is implied. */
function plain({ evidence = [], ...rest }: JsonObject): JsonObject {
  return { evidence, ...rest };
}

const perSecond = ({ evaluations: done, seconds }: Run) => done / seconds;
const microseconds = ({ evaluations: done, cpu }: Run) => (cpu / done) * 1e6;

function middle(runs: readonly Run[]): Run {
  const sorted = runs.toSorted((one, other) => one.cpu / one.evaluations - other.cpu / other.evaluations);
  const found = sorted[Math.floor(sorted.length / 2)];
  if (found === undefined) throw new Error('nothing was measured');
  return found;
}

function show(name: string, run: Run): void {
  const [speed, cpu] = [Math.round(perSecond(run)), Math.round(microseconds(run))];
  console.log(`${name.padEnd(34)} ${String(speed).padStart(8)} /s ${String(cpu).padStart(8)} µs of CPU each`);
}

function compare(given: Given, program: string | undefined): void {
  for (const cores of [1, 2]) {
    const runs: Record<string, Run[]> = { lapse: [], library: [], 'opa exec': [] };
    for (let round = 0; round < rounds; round++) {
      runs.lapse?.push(engine(given, evaluations, cores));
      if (program !== undefined) runs.library?.push(library(program, given, Math.ceil(evaluations / 5), cores));
      if (isThere('opa')) runs['opa exec']?.push(exec(given, 500, cores));
    }
    const found = Object.entries(runs).flatMap(([name, each]) =>
      each.length === 0 ? [] : [[name, middle(each)] as const],
    );
    const [, ours] = found[0] ?? [];
    for (const [name, run] of found) {
      show(`${name}, ${cores} ${cores === 1 ? 'core' : 'cores'}`, run);
      if (ours === undefined || run === ours) continue;
      const [speed, cpu] = [perSecond(ours) / perSecond(run), microseconds(run) / microseconds(ours)];
      console.log(
        `  lapse is ${speed.toFixed(1)} times as fast, with a share of ${(1 / cpu).toFixed(2)} of its CPU time`,
      );
    }
  }
}

function agree(given: Given, program: string): void {
  const [theirs, ours] = [join(scratch, 'library.jsonl'), join(scratch, 'engine.jsonl')];
  library(program, given, 1, 1, theirs);
  engine(given, 1, 1, 'answers', ours);
  const expected = answersIn(theirs);
  const differing = answersIn(ours).filter((answer, index) => answer !== expected[index]);
  console.log(`answers that differ from those of the library: ${differing.length} of ${expected.length}`);
}

function judgePrincipals(principals: string): void {
  const organisation = join(scratch, 'organisation');
  mkdirSync(organisation);
  writeFileSync(
    join(organisation, `${ACCOUNT}.json`),
    authorizationDetails(ACCOUNT, () => 0),
  );
  const { subjects } = subjectsOf(organisation);
  const args = [...LOADER, path('./policy/principals.ts'), subjects, ACCOUNT, principals];
  const took: { findings: number; seconds: number; cpu: number; memory: number } = JSON.parse(
    execFileSync('taskset', ['-c', '0,1', process.execPath, ...args], { encoding: 'utf8' }),
  );
  const { findings, seconds, cpu, memory } = took;
  console.log(
    `${principals} principals, ${findings} findings: ${seconds.toFixed(1)} s, ${cpu.toFixed(1)} s of CPU, ${Math.round(memory)} MB peak`,
  );
}

async function compareWithPeers(): Promise<void> {
  const given = await prepare();
  const program = buildLibrary(given);
  if (program === undefined) console.log('no Go on PATH: nothing to compare with');
  else agree(given, program);
  compare(given, program);
  for (const factor of [1, 2, 4])
    show(`${evaluations * factor} evaluations, 2 cores`, engine(given, evaluations * factor, 2));
  const faulty = engine(given, withFaults, 2, 'faults');
  show(`${faulty.evaluations}, of which ${faulty.failed} fail`, faulty);
  console.log(
    `  answers ${faulty.same ? 'as before' : 'CHANGED'}, ${Math.round(faulty.memoryBefore)} MB before, ${Math.round(faulty.memory)} after`,
  );
}

try {
  console.log(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}`);
  if (values.principals === undefined) await compareWithPeers();
  else judgePrincipals(values.principals);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
