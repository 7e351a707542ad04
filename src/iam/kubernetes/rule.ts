import type { Grant } from '../../model/grant.ts';
import type { Trust } from '../../model/trust.ts';

/** A rule of a role as it reaches a principal: through which bindings, and how far. */
export interface Rule {
  readonly grant: Grant;
  /** Bindings, of the principal or of one of its groups. */
  readonly via: readonly Trust[];
  /** The namespace that the binding limits it to; undefined for the whole cluster. */
  readonly namespace: string | undefined;
  readonly verbs: ReadonlySet<string>;
  readonly resources: readonly RuleResource[];
  /** The same as written, for a quick no; undefined where there is a wildcard among them. */
  readonly exactly: ReadonlySet<string> | undefined;
  /** Prefixes end in `*`. */
  readonly urls: readonly string[];
  /** Undefined where the rule speaks of all names. */
  readonly names: ReadonlySet<string> | undefined;
}

/** `core/pods/exec` is the resource `pods/exec` of the group `core`. */
export interface RuleResource {
  readonly group: string;
  readonly resource: string;
}

/** Splits `group/resource[/sub]`; no group has a slash in it. */
export function parseResource(text: string): RuleResource {
  const slash = text.indexOf('/');
  return { group: text.slice(0, slash), resource: text.slice(slash + 1) };
}

const parsed = new WeakMap<Grant, Pick<Rule, 'verbs' | 'resources' | 'exactly' | 'urls' | 'names'>>();

/** A grant as a rule; what the grant says is read once, however many principals it reaches. */
export function ruleOf(grant: Grant, via: readonly Trust[], namespace: string | undefined): Rule {
  let content = parsed.get(grant);
  if (content === undefined) {
    const isUrl = (resource: string) => resource.startsWith('url:');
    content = {
      verbs: new Set(grant.actions),
      resources: grant.resources.filter((resource) => !isUrl(resource)).map(parseResource),
      exactly: grant.resources.some((resource) => resource.includes('*')) ? undefined : new Set(grant.resources),
      urls: grant.resources.filter(isUrl).map((resource) => resource.slice('url:'.length)),
      names: grant.resourceNames === undefined ? undefined : new Set(grant.resourceNames),
    };
    parsed.set(grant, content);
  }
  return { grant, via, namespace, ...content };
}
