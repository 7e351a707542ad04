import type { Answer } from '../model/answer.ts';
import type { EffectivePermissions } from '../model/effective.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Json } from '../model/json.ts';

/** Whether a principal can do something: an action as its platform names it (`s3:GetObject`, `iam.serviceAccounts.actAs`). */
export interface AccessQuestion {
  readonly action: string;
  /** On what, as the platform names it; a pattern asks for all that it matches, absent asks for any resource at all. */
  readonly resource?: string;
}

/** The answer, and what says so. */
export interface AccessAnswer {
  readonly answer: Answer;
  /** Ids of the grants that allow it. */
  readonly grants: readonly string[];
  /** Ids of the trusts (bindings, memberships) through which they reach the principal. */
  readonly trusts: readonly string[];
}

/** What was found of single principals before, each by a digest of all that it was made of. */
export interface EvaluationMemory {
  recall(principal: string, digest: string): Json | undefined;
  remember(principal: string, digest: string, found: Json): void;
}

/** Resolves what the principals of one platform can do, from all grants and trusts of a view. Pure. */
export interface Evaluator {
  readonly platform: string;
  /** @param memory - of earlier evaluations; with it the answers are the same. */
  evaluate(inventory: Inventory, memory?: EvaluationMemory): ReadonlyMap<string, EffectivePermissions>;
  /** Prepares a view for questions about single principals of the platform, by id. */
  asker(inventory: Inventory): (principal: string, question: AccessQuestion) => AccessAnswer;
}
