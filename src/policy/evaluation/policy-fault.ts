/** A policy could not be evaluated: a builtin failed, rules contradict each other, memory ran out. */
export class PolicyFault extends Error {
  override readonly name = 'PolicyFault';
}
