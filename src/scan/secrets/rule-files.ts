import ignore from 'ignore';
import type { Rule } from './rule.ts';

/** Tells which rules are for a file; each rule is asked for at most once. */
export type RuleApplies = (rule: Rule) => boolean;

const matchers = new WeakMap<Rule, ReturnType<typeof ignore>>();

/**
 * Whether rules are for the file at a path. Of a member of an archive, its path in there counts. Text without a path may be
 * anything: all rules are for it.
 */
export function rulesFor(path: string | undefined): RuleApplies {
  if (path === undefined) return () => true;
  const known = new Map<Rule, boolean>();
  const plain = path.slice(path.lastIndexOf('!/') + 1).replace(/^(?:\.{0,2}\/)+/, '');
  return (rule) => {
    if (rule.files === undefined) return true;
    let applies = known.get(rule);
    if (applies === undefined) {
      applies = plain === '' || !ignore.isPathValid(plain) || matcherOf(rule, rule.files).ignores(plain);
      known.set(rule, applies);
    }
    return applies;
  };
}

function matcherOf(rule: Rule, files: readonly string[]): ReturnType<typeof ignore> {
  let matcher = matchers.get(rule);
  if (matcher === undefined) {
    matcher = ignore().add([...files]);
    matchers.set(rule, matcher);
  }
  return matcher;
}
