import { z } from 'zod';
import type { Json } from '../../model/json.ts';
import type { CheckOptions } from './compiler.ts';
import { moduleDescriptionSchema } from './module-description.ts';

/** The schema of the input of packages at and below a path. */
export interface ReviewInput {
  readonly package: readonly string[];
  readonly schema: readonly string[];
}

/** What the rule of this name must answer in packages of that path; `*` is any name. */
export interface ReviewAnswer {
  readonly package: readonly string[];
  readonly rule: string;
  /** A set of objects, where others answer one. */
  readonly set: boolean;
  /** It must never be undefined. */
  readonly total: boolean;
  readonly members: Readonly<Record<string, ReviewMember>>;
}

interface ReviewMember {
  readonly kind: 'string' | 'number' | 'array' | 'object';
  readonly required?: boolean;
  /** All that a string may be. */
  readonly values?: readonly string[];
}

/** What a review goes by. */
export interface ReviewOptions extends Required<CheckOptions> {
  /** Files that are the author's; the others are there so that they compile. */
  readonly own: readonly string[];
  readonly inputs: readonly ReviewInput[];
  readonly answers: readonly ReviewAnswer[];
  /** Members of METADATA's `custom` that somebody reads. */
  readonly metadata: readonly string[];
  /** The document that policies will see as `data`. */
  readonly data: Json;
  /** Paths below `data` whose members are all known. */
  readonly records: readonly (readonly string[])[];
}

export const reviewSchema = z.object({
  modules: z.array(moduleDescriptionSchema),
  /** Calls of builtins that OPA's WASM runtime lacks, by place. */
  calls: z.array(
    z.object({
      /** `data.<package>.<rule>` */
      rule: z.string(),
      builtin: z.string(),
      /** The rule of somebody else that makes the call. */
      through: z.string().optional(),
      file: z.string(),
      line: z.number().int(),
      column: z.number().int(),
    }),
  ),
});

/** Modules without problems, and what they call. */
export type PolicyReview = z.infer<typeof reviewSchema>;
