import type { Rule } from './rule.ts';

/** Tells which rules are for a file; each rule is asked for at most once. */
export type RuleApplies = (rule: Rule) => boolean;

/**
 * Whether rules are for the file at a path. Of a member of an archive, its path in there counts. Text without a path may be
 * anything: all rules are for it.
 */
export function rulesFor(path: string | undefined): RuleApplies {
  if (path === undefined) return () => true;
  const known = new Map<Rule, boolean>();
  const plain = path.slice(path.lastIndexOf('!/') + 1).replace(/^(?:\.{0,2}\/)+/, '');
  return (rule) => {
    const { files, notFiles } = rule;
    if (files === undefined && notFiles === undefined) return true;
    let applies = known.get(rule);
    if (applies === undefined) {
      applies = (files === undefined || files.test(plain)) && notFiles?.test(plain) !== true;
      known.set(rule, applies);
    }
    return applies;
  };
}
