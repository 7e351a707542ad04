/**
 * What policies cost. Run by hand, after `npm run build`, with Go and if possible `opa` on PATH:
 *
 *     node --import ./test/support/typescript-loader.mjs bench/policy.ts [FOLDER [EVALUATIONS]]
 *
 * The inventory of a scan of FOLDER, `examples/organisation` unless told, is judged by all findings, from JSON to JSON: by the
 * engine, by OPA's own library with a prepared query, and by `opa exec`, in turns on one core and on two. Then what becomes of
 * twice and four times as many evaluations, and of 100,000 of which a tenth fail. Last, what `lapse check` takes before it
 * judges anything.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { canonicalJson } from '../src/model/canonical-json.ts';
import type { JsonObject } from '../src/model/json.ts';
import { libraryFolder } from '../src/policy/library.ts';
import { buildLibrary, engine, exec, type Given, library, type Run } from './policy/peers.ts';
import { isThere } from './secrets-speed/measure.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const ROUNDS = 3;
const WITH_FAULTS = 100_000;

const [folder = path('../examples/organisation'), count = '10000'] = process.argv.slice(2);
const evaluations = Number(count);
const scratch = mkdtempSync(join(tmpdir(), 'lapse-bench-'));

async function prepare(): Promise<Given> {
  const subjects = join(scratch, 'subjects.jsonl');
  const loader = ['--no-warnings', '--import', path('../test/support/typescript-loader.mjs')];
  const text = execFileSync(process.execPath, [...loader, path('./policy/subjects.ts'), resolve(folder)], {
    maxBuffer: 2 ** 30,
  });
  writeFileSync(subjects, text);
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
    for (let round = 0; round < ROUNDS; round++) {
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

try {
  console.log(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}`);
  const given = await prepare();
  const program = buildLibrary(given);
  if (program === undefined) console.log('no Go on PATH: nothing to compare with');
  else agree(given, program);
  compare(given, program);
  for (const factor of [1, 2, 4])
    show(`${evaluations * factor} evaluations, 2 cores`, engine(given, evaluations * factor, 2));
  const faulty = engine(given, WITH_FAULTS, 2, 'faults');
  show(`${faulty.evaluations}, of which ${faulty.failed} fail`, faulty);
  console.log(
    `  answers ${faulty.same ? 'as before' : 'CHANGED'}, ${Math.round(faulty.memoryBefore)} MB before, ${Math.round(faulty.memory)} after`,
  );
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
