import type { RequestContext } from './context.ts';
import { compileGlob, type Glob, literalGlob } from './glob.ts';

/** A pattern after its policy variables are replaced: matchable, matching nothing, or depending on a key that is not known. */
export type Expansion =
  | { readonly kind: 'glob'; readonly glob: Glob; readonly text: string }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unknown'; readonly variable: string };

const VARIABLE = /\$\{([^}]*)\}/g;
const WITH_DEFAULT = /^(.*?)\s*,\s*'(.*)'$/s;
const ESCAPES: ReadonlySet<string> = new Set(['*', '?', '$']);

/** Whether a pattern has variables or escapes, so that what it matches can depend on who asks. */
export function hasVariables(pattern: string): boolean {
  return pattern.includes('${');
}

/**
 * Replaces `${key}`, `${key, 'default'}` and the escapes `${*}`, `${?}`, `${$}`. What comes out of a variable is text: a star
 * in a tag's value is no wildcard.
 *
 * Source: IAM User Guide, "IAM policy elements: Variables and tags".
 */
export function expandVariables(pattern: string, context: RequestContext): Expansion {
  let glob: Glob = [];
  let text = '';
  let from = 0;
  for (const found of pattern.matchAll(VARIABLE)) {
    const between = pattern.slice(from, found.index);
    glob = glob.concat(compileGlob(between));
    text += between;
    from = found.index + found[0].length;
    const value = variableValue(found[1] ?? '', context);
    if (value === 'unknown') return { kind: 'unknown', variable: found[0] };
    if (value === 'nothing') return { kind: 'nothing' };
    glob = glob.concat(literalGlob(value.is));
    text += value.is;
  }
  const rest = pattern.slice(from);
  glob = glob.concat(compileGlob(rest));
  return { kind: 'glob', glob, text: text + rest };
}

function variableValue(name: string, context: RequestContext): { readonly is: string } | 'nothing' | 'unknown' {
  if (ESCAPES.has(name)) return { is: name };
  const [, key = name, fallback] = WITH_DEFAULT.exec(name) ?? [];
  const value = context(key.trim().toLowerCase());
  if (value === 'absent') return fallback === undefined ? 'nothing' : { is: fallback };
  const [first] = value;
  // Only keys with a single value can be used as a variable.
  return value === 'unknown' || first === undefined || value.length > 1 ? 'unknown' : { is: first };
}
