/** A value of a case file: JSON, with integers as `bigint`. */
export type CaseValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly CaseValue[]
  | { readonly [key: string]: CaseValue };

/** What OPA's evaluator does with a case. */
export type Expectation =
  | {
      readonly kind: 'result';
      readonly bindings: readonly { readonly [name: string]: CaseValue }[];
      readonly sort: boolean;
    }
  | { readonly kind: 'error'; readonly code: string | undefined; readonly message: string | undefined };

/** One of OPA's own test cases: a query over modules, data and input. */
export interface ConformanceCase {
  /** Its place in the list of all. */
  readonly id: number;
  /** Below OPA's folder of cases. */
  readonly file: string;
  /** OPA's name for it. */
  readonly note: string;
  readonly query: string;
  readonly modules: readonly string[];
  /** JSON. */
  readonly data: string;
  /** In value notation: JSON, and sets. */
  readonly input: string | undefined;
  /** Whether errors of builtins are errors, rather than no value. */
  readonly strict: boolean;
  readonly expected: Expectation;
}
