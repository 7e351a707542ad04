/**
 * OPA's own test cases, from the version that the compiler is built from, through lapse's compiler and its evaluation as WASM.
 * Needs Go, which brings the cases; CI runs it:
 * `node --import ./test/support/typescript-loader.mjs bench/rego-conformance.ts [--only TEXT]`.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { ConformanceCase } from './rego-conformance/conformance-case.ts';
import type { BatchOutcome, CaseBatch } from './rego-conformance/conformance-worker.ts';
import { judge, type Verdict } from './rego-conformance/judge.ts';
import { canMove } from './rego-conformance/place-apart.ts';
import { readCases } from './rego-conformance/read-cases.ts';

/** Of the applicable cases. */
const REQUIRED_SHARE = 0.99;
const BATCH = 80;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  const only = values.only;
  const cases = readCases().filter(({ file, note }) => only === undefined || `${file} ${note}`.includes(only));
  const workers = Array.from({ length: Math.min(availableParallelism(), 4) }, startWorker);
  const verdicts = new Map<ConformanceCase, Verdict>();
  const together = cases.filter(canMove);
  await share(inBatches(together), workers, verdicts);
  // What did not pass so is asked again by itself, as it is written.
  const alone = cases.filter((each) => verdicts.get(each)?.kind !== 'passed');
  await share(
    alone.map((each) => ({ cases: [each], apart: false })),
    workers,
    verdicts,
  );
  await Promise.all(workers.map((worker) => worker.terminate()));
  report(verdicts);
}

function inBatches(cases: readonly ConformanceCase[]): readonly CaseBatch[] {
  return Array.from({ length: Math.ceil(cases.length / BATCH) }, (_, index) => ({
    cases: cases.slice(index * BATCH, (index + 1) * BATCH),
    apart: true,
  }));
}

function startWorker(): Worker {
  return new Worker(new URL('./rego-conformance/conformance-worker.ts', import.meta.url));
}

async function share(
  batches: readonly CaseBatch[],
  workers: readonly Worker[],
  verdicts: Map<ConformanceCase, Verdict>,
): Promise<void> {
  const left = [...batches];
  const work = async (worker: Worker) => {
    for (let batch = left.shift(); batch !== undefined; batch = left.shift()) {
      const outcomes = await ask(worker, batch);
      for (const each of batch.cases) {
        const outcome = outcomes.get(each.id);
        if (outcome !== undefined) verdicts.set(each, judge(each, outcome));
      }
    }
  };
  await Promise.all(workers.map(work));
}

function ask(worker: Worker, batch: CaseBatch): Promise<BatchOutcome> {
  return new Promise((resolve, reject) => {
    worker.once('message', (outcome: BatchOutcome) => {
      worker.off('error', reject);
      resolve(outcome);
    });
    worker.once('error', reject);
    worker.postMessage(batch);
  });
}

function report(verdicts: ReadonlyMap<ConformanceCase, Verdict>): void {
  const of = (kind: Verdict['kind']) => [...verdicts].filter(([, verdict]) => verdict.kind === kind);
  for (const kind of ['not applicable', 'failed'] as const)
    for (const [{ file, note }, verdict] of of(kind))
      console.log(`${kind}  ${file}  ${note}: ${'why' in verdict ? verdict.why : ''}`);
  const [passed, failed, none] = [of('passed').length, of('failed').length, of('not applicable').length];
  const share = passed / (passed + failed);
  console.log(
    `${passed} passed, ${failed} failed, ${none} not applicable: ${(share * 100).toFixed(2)} % of the applicable`,
  );
  if (!(share >= REQUIRED_SHARE)) process.exitCode = 1;
}

await main();
