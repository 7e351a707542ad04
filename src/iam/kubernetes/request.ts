import { type Answer, or } from '../../model/answer.ts';
import { parseResource, type Rule, type RuleResource } from './rule.ts';

/** What the API server is asked for. */
export interface Request {
  readonly verb: string;
  readonly resource: RuleResource;
  /** Undefined for cluster-scoped resources, and for all namespaces at once. */
  readonly namespace: string | undefined;
  /** Undefined for requests without a name, and for any name. */
  readonly name: string | undefined;
}

/** Resources that are in no namespace; a namespace in a question about one means nothing. */
const CLUSTER_SCOPED = new Set([
  ...['core/nodes', 'core/persistentvolumes', 'core/namespaces', 'core/componentstatuses', 'core/users', 'core/groups'],
  ...['rbac.authorization.k8s.io/clusterroles', 'rbac.authorization.k8s.io/clusterrolebindings'],
  'apiextensions.k8s.io/customresourcedefinitions',
  ...['apiregistration.k8s.io/apiservices', 'certificates.k8s.io/certificatesigningrequests'],
  ...['certificates.k8s.io/signers', 'storage.k8s.io/storageclasses', 'storage.k8s.io/volumeattachments'],
  ...['scheduling.k8s.io/priorityclasses', 'node.k8s.io/runtimeclasses', 'networking.k8s.io/ingressclasses'],
  'admissionregistration.k8s.io/mutatingwebhookconfigurations',
  'admissionregistration.k8s.io/validatingwebhookconfigurations',
  'admissionregistration.k8s.io/validatingadmissionpolicies',
  'admissionregistration.k8s.io/validatingadmissionpolicybindings',
]);

/**
 * A request on `group/resource[/sub]` as the API server sees it: the object of a namespace counts as inside that
 * namespace, everything else that is cluster-scoped as inside none.
 */
export function requestFor(verb: string, resource: string, namespace?: string, name?: string): Request {
  const parsed = parseResource(resource);
  const base = `${parsed.group}/${parsed.resource.split('/')[0]}`;
  if (base === 'core/namespaces') return { verb, resource: parsed, namespace: name, name };
  // Whether one may bind a cluster role is asked in the namespace of the binding.
  const outside = CLUSTER_SCOPED.has(base) && verb !== 'bind';
  return { verb, resource: parsed, namespace: outside ? undefined : namespace, name };
}

/** Whether one rule allows a request (RBAC authorizer: VerbMatches, APIGroupMatches, ResourceMatches, ResourceNameMatches). */
export function allows(rule: Rule, request: Request): Answer {
  if (rule.namespace !== undefined && rule.namespace !== request.namespace) return 'no';
  if (!hasVerb(rule, request.verb) || !rule.resources.some((resource) => covers(resource, request.resource)))
    return 'no';
  return rule.names === undefined ? 'yes' : allowsNamed(rule.names, request);
}

/** Whether one rule allows a verb on a path that is no resource; only bindings of the whole cluster give that. */
export function allowsUrl(rule: Rule, verb: string, path: string): Answer {
  if (rule.namespace !== undefined || !hasVerb(rule, verb)) return 'no';
  const matched = rule.urls.some((url) => url === path || (url.endsWith('*') && path.startsWith(url.slice(0, -1))));
  return matched ? 'yes' : 'no';
}

/** Over several rules, each of which only adds. */
export function allowedBy(rules: readonly Rule[], answerOf: (rule: Rule) => Answer): { answer: Answer; rules: Rule[] } {
  const firm: Rule[] = [];
  const conditional: { rule: Rule; answer: Answer }[] = [];
  for (const rule of rules) {
    const answer = rule.grant.unknownContent ? unknown(rule) : answerOf(rule);
    if (answer === 'yes') firm.push(rule);
    else if (answer !== 'no') conditional.push({ rule, answer });
  }
  if (firm.length > 0) return { answer: 'yes', rules: firm };
  return { answer: or('no', ...conditional.map(({ answer }) => answer)), rules: conditional.map(({ rule }) => rule) };
}

function unknown(rule: Rule): Answer {
  return { if: [`the content of ${rule.grant.via[0] ?? 'a role'}, which was not read`] };
}

/** Whether a rule has a verb; one that ends in `:*` stands for all that begin so (`impersonate:MODE`). */
export function hasVerb(rule: Rule, verb: string): boolean {
  if (rule.verbs.has('*') || rule.verbs.has(verb)) return true;
  return verb.endsWith(':*') && [...rule.verbs].some((own) => own.startsWith(verb.slice(0, -1)));
}

/** `*` is everything, `* /exec` (without the space) that subresource of everything; `pods/*` is no pattern. */
function covers(rule: RuleResource, asked: RuleResource): boolean {
  if (rule.group !== '*' && rule.group !== asked.group) return false;
  if (rule.resource === '*' || rule.resource === asked.resource) return true;
  const slash = asked.resource.indexOf('/');
  return slash >= 0 && rule.resource === `*${asked.resource.slice(slash)}`;
}

/**
 * A rule with names allows only requests that carry one: never a `create` by POST or a `deletecollection`, while a `create`
 * on a subresource carries its parent's, and `list` and `watch` carry it in a field selector.
 */
function allowsNamed(names: ReadonlySet<string>, request: Request): Answer {
  const { verb, name, resource } = request;
  if (verb === 'deletecollection' || (verb === 'create' && !resource.resource.includes('/'))) return 'no';
  if (name !== undefined) return names.has(name) ? 'yes' : 'no';
  return { if: [`the name is ${[...names].sort().join(' or ')}`] };
}
