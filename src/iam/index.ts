import type { EffectivePermissions } from '../model/effective.ts';
import type { Inventory } from '../model/inventory.ts';
import { awsEvaluator } from './aws/evaluator.ts';
import { azureEvaluator } from './azure/evaluator.ts';
import type { EvaluationMemory, Evaluator } from './evaluator.ts';
import { gcpEvaluator } from './gcp/evaluator.ts';
import { githubEvaluator } from './github/evaluator.ts';
import { kubernetesEvaluator } from './kubernetes/evaluator.ts';
import { mysqlEvaluator } from './mysql/evaluator.ts';
import { postgresEvaluator } from './postgres/evaluator.ts';
import { vaultEvaluator } from './vault/evaluator.ts';

/** One evaluator per platform. A new one is a folder beside this file and a line here. */
export const EVALUATORS: readonly Evaluator[] = [
  awsEvaluator,
  azureEvaluator,
  kubernetesEvaluator,
  gcpEvaluator,
  githubEvaluator,
  postgresEvaluator,
  mysqlEvaluator,
  vaultEvaluator,
];

/** Resolves a whole view, once. */
export function evaluateAll(
  inventory: Inventory,
  memory?: EvaluationMemory,
): ReadonlyMap<string, EffectivePermissions> {
  return new Map(EVALUATORS.flatMap((evaluator) => [...evaluator.evaluate(inventory, memory)]));
}
