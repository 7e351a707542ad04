import type { Answer } from '../../model/answer.ts';
import { allowedBy, allows, requestFor } from './request.ts';
import type { Rule } from './rule.ts';

const EVERYTHING = requestFor('*', '*/*');

/** Whether rules come to `cluster-admin`: all verbs on all resources of all groups, in the whole cluster. */
export function adminOf(rules: readonly Rule[]): { answer: Answer; rules: readonly Rule[] } {
  // A role of unknown content could hold anything; that it makes an admin is nothing that speaks for it.
  const known = rules.filter((rule) => rule.grant.unknownContent !== true);
  return allowedBy(known, (rule) => (rule.names === undefined ? allows(rule, EVERYTHING) : 'no'));
}
