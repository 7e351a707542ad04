import { z } from 'zod';
import type { Json } from '../../model/json.ts';

/** What is to be explained. */
export interface ExplainOptions {
  readonly data: Json;
  readonly input: Json;
  /** Nanoseconds since 1970. */
  readonly now: bigint;
  /** The rule that is asked for, below `data`. */
  readonly query: readonly string[];
  /** A package; of its siblings nothing is told. */
  readonly focus: readonly string[];
}

const namedSchema = z.object({
  name: z.string(),
  /** Absent: undefined. */
  value: z.json().optional(),
});

const stepSchema = z.object({
  /** A statement as it is written. */
  text: z.string(),
  line: z.number().int(),
  column: z.number().int(),
  held: z.boolean(),
  values: z.array(namedSchema),
  /** Rules that were evaluated for it. */
  get rules() {
    return z.array(evaluatedRuleSchema);
  },
});

const runSchema = z.object({
  /** What the rule answered this time; absent when it did not hold. */
  answer: z.json().optional(),
  /** Its statements, to the first that did not hold. */
  steps: z.array(stepSchema),
});

const evaluatedRuleSchema = z.object({
  /** Below `data`. */
  rule: z.string(),
  /** Its head. */
  text: z.string(),
  file: z.string(),
  line: z.number().int(),
  column: z.number().int(),
  held: z.boolean(),
  runs: z.array(runSchema),
  /** Runs that are not told. */
  more: z.number().int().optional(),
});

export const explanationSchema = z.object({
  /** Absent: undefined. */
  answer: z.json().optional(),
  /** The evaluation failed: what a builtin said. */
  error: z.string().optional(),
  rules: z.array(evaluatedRuleSchema),
});

/** One rule as it was evaluated. */
export type EvaluatedRule = z.infer<typeof evaluatedRuleSchema>;
export type EvaluatedStep = z.infer<typeof stepSchema>;

/** Why a rule answered as it did. */
export type Explanation = z.infer<typeof explanationSchema>;
