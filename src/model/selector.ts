import type { Json } from './json.ts';
import type { Principal } from './principal.ts';
import { matchesSegmentGlob } from './segment-glob.ts';

/** Which principals a rule of the configuration is about: all that is given must fit, each by any of its patterns. */
export interface PrincipalSelector {
  readonly platforms?: readonly string[] | undefined;
  readonly kinds?: readonly string[] | undefined;
  /** Segment globs of scope paths (`123456789012`, `prod-cluster/payments`, `acme/*`); each stands for what is below it too. */
  readonly scopes?: readonly string[] | undefined;
  /** Segment globs of names and of native ids. */
  readonly names?: readonly string[] | undefined;
  /** Segment globs of files that declare it; each stands for what is below it too. */
  readonly paths?: readonly string[] | undefined;
  /** `key=value`, either of them a segment glob; of tags, labels and annotations as far as they are known. */
  readonly tags?: readonly string[] | undefined;
}

/** Whether a rule is about a principal. One that says nothing is about nobody. */
export function selects(selector: PrincipalSelector, principal: Principal): boolean {
  const { platforms, kinds, scopes, names, paths, tags } = selector;
  const tests = [
    test(platforms, (pattern) => pattern === principal.platform),
    test(kinds, (pattern) => pattern === principal.kind),
    test(scopes, (pattern) => within(pattern, principal.scope.join('/'))),
    test(names, (pattern) => [principal.name, principal.nativeId].some((name) => matchesSegmentGlob(pattern, name))),
    test(paths, (pattern) => principal.locations.some(({ path }) => within(pattern, path))),
    test(tags, (pattern) => hasTag(pattern, principal)),
  ].filter((result) => result !== undefined);
  return tests.length > 0 && tests.every(Boolean);
}

function test(patterns: readonly string[] | undefined, fits: (pattern: string) => boolean): boolean | undefined {
  return patterns?.some(fits);
}

function within(pattern: string, path: string): boolean {
  return matchesSegmentGlob(pattern, path) || matchesSegmentGlob(`${pattern}/**`, path);
}

const TAGS = ['tags', 'labels', 'annotations'] as const;

function hasTag(pattern: string, { attributes = {} }: Principal): boolean {
  const at = pattern.indexOf('=');
  const [key, value] = at < 0 ? [pattern, '**'] : [pattern.slice(0, at), pattern.slice(at + 1)];
  return TAGS.some((name) =>
    entriesOf(attributes[name]).some(
      ([own, text]) => matchesSegmentGlob(key, own) && (value === '**' || matchesSegmentGlob(value, text)),
    ),
  );
}

function entriesOf(value: Json | undefined): readonly (readonly [string, string])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, text]) => (typeof text === 'string' ? [[key, text] as const] : []));
}
