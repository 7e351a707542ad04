import { parentPort } from 'node:worker_threads';
import type { ConformanceCase } from './conformance-case.ts';
import { CaseEvaluation, type CaseOutcome } from './evaluate-cases.ts';

/** Cases to compile together, each moved below a path of its own, or one as it is. */
export interface CaseBatch {
  readonly cases: readonly ConformanceCase[];
  readonly apart: boolean;
}

export type BatchOutcome = ReadonlyMap<number, CaseOutcome>;

if (parentPort !== null) {
  const port = parentPort;
  const evaluation = new CaseEvaluation();
  port.on('message', ({ cases, apart }: CaseBatch) => port.postMessage(evaluation.evaluate(cases, apart)));
}
