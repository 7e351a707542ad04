/** A policy could not be evaluated: a builtin failed, rules contradict each other, memory ran out. */
export class PolicyFault extends Error {
  override readonly name = 'PolicyFault';
  /** OPA's code of an error in a builtin: `eval_type_error`, `eval_builtin_error`. */
  readonly code: string | undefined;

  constructor(message?: string, { code, ...options }: ErrorOptions & { readonly code?: string } = {}) {
    super(message, options);
    this.code = code;
  }
}
