import { type Answer, and, or } from '../../model/answer.ts';
import type { Privilege } from '../../model/effective.ts';
import { anyFound, ask, askAll, type Found, grantIds, type Need, wording } from './question.ts';
import {
  type Alternative,
  MAKE_PODS,
  READ_SECRETS,
  RISKY_PERMISSIONS,
  type RiskyPermission,
} from './risky-permissions.ts';
import type { Rule } from './rule.ts';
import { counts } from './server-version.ts';

/** What a judgement of rules depends on beside them. */
export interface Circumstances {
  readonly version: string | undefined;
  /** Namespaces with an account in them that comes to admin. */
  readonly privilegedNamespaces: ReadonlySet<string>;
  /** Whether a token secret is known in a namespace; of undefined: anywhere. */
  hasTokenSecret(namespace: string | undefined): boolean;
}

/** Namespaces that one principal's privileges are told for singly. */
const MAX_SCOPES = 20;

/** Reading or changing everything of a group, as opposed to a list of resources. */
const WRITE_VERBS = ['create', 'update', 'patch', 'delete', 'deletecollection', '*'];

/** The namespaces that a principal's rules are limited to; undefined stands for the whole cluster. */
export function scopesOf(rules: readonly Rule[]): readonly (string | undefined)[] {
  return [...new Set(rules.map((rule) => rule.namespace))].sort((a, b) => (a ?? '').localeCompare(b ?? ''));
}

/**
 * What rules come to that policies want to know of, for whoever is not admin anyway: `secrets-read`, `pod-create`,
 * `namespace-admin`, `wildcard-resource`, `wildcard-service`, and `k8s-risky-…` of the table.
 */
export function privilegesOf(rules: readonly Rule[], circumstances: Circumstances): readonly Privilege[] {
  const scopes = scopesOf(rules);
  return [
    ...generic('secrets-read', [READ_SECRETS], rules, scopes),
    ...generic('pod-create', MAKE_PODS, rules, scopes),
    ...wildcards(rules),
    ...RISKY_PERMISSIONS.flatMap((permission) => risky(permission, rules, scopes, circumstances)),
  ];
}

/** One privilege for the whole cluster or, where it is not had there, for each namespace. */
function generic(
  id: string,
  needs: readonly Need[],
  rules: readonly Rule[],
  scopes: readonly (string | undefined)[],
): readonly Privilege[] {
  const privileges: Privilege[] = [];
  for (const scope of scopes.slice(0, MAX_SCOPES)) {
    if (privileges.some((known) => known.answer === 'yes' && known.what.endsWith(EVERYWHERE))) break;
    for (const need of needs) {
      const found = ask(rules, need, scope);
      if (found.answer === 'no') continue;
      privileges.push({
        id,
        answer: found.answer,
        what: `${wording(found)} ${place(scope)}`,
        grants: grantIds(found.rules),
      });
      break;
    }
  }
  return privileges;
}

function risky(
  permission: RiskyPermission,
  rules: readonly Rule[],
  scopes: readonly (string | undefined)[],
  circumstances: Circumstances,
): readonly Privilege[] {
  const found: { found: Found; scope: string | undefined }[] = [];
  for (const scope of scopes) {
    if (!applies(permission.where, scope, circumstances)) continue;
    const one = anyOf(permission.any, rules, scope, circumstances);
    if (one.answer === 'no') continue;
    found.push({ found: one, scope });
    if (scope === undefined && one.answer === 'yes') break;
  }
  if (found.length === 0) return [];
  const all = anyFound(found.map((one) => one.found));
  return [
    {
      id: `k8s-risky-${permission.id}`,
      answer: all.answer,
      what: `${wording(all)} ${places(found.map(({ scope }) => scope))}`,
      grants: grantIds(all.rules),
    },
  ];
}

function applies(where: RiskyPermission['where'], scope: string | undefined, circumstances: Circumstances): boolean {
  if (where === 'any') return true;
  if (where === 'cluster') return scope === undefined;
  const privileged = scope === undefined || circumstances.privilegedNamespaces.has(scope);
  return where === 'privileged' ? privileged : !privileged;
}

function anyOf(
  alternatives: readonly Alternative[],
  rules: readonly Rule[],
  scope: string | undefined,
  circumstances: Circumstances,
): Found {
  return anyFound(
    alternatives.map((alternative) => {
      const found = askAll(rules, alternative.all, scope);
      const known = readsKnownToken(alternative, scope, circumstances);
      return { ...found, answer: and(found.answer, known ? 'yes' : counts(alternative, circumstances.version)) };
    }),
  );
}

/** Reading secrets gives a token for certain where one is known to be kept in a secret. */
function readsKnownToken(alternative: Alternative, scope: string | undefined, circumstances: Circumstances): boolean {
  return alternative.all[0] === READ_SECRETS && alternative.onlyIf !== undefined && circumstances.hasTokenSecret(scope);
}

function wildcards(rules: readonly Rule[]): readonly Privilege[] {
  const found = new Map<string, { id: string; answer: Answer; what: string; rules: Rule[] }>();
  const add = (id: string, what: string, rule: Rule) => {
    const answer: Answer =
      rule.names === undefined ? 'yes' : { if: [`the name is ${[...rule.names].sort().join(' or ')}`] };
    const key = `${id} ${what} ${rule.namespace ?? ''}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, { id, answer, what: `${what} ${place(rule.namespace)}`, rules: [rule] });
    else {
      known.answer = or(known.answer, answer);
      known.rules.push(rule);
    }
  };
  for (const rule of rules) {
    const writes = WRITE_VERBS.some((verb) => rule.verbs.has(verb));
    const all = rule.resources.some(({ resource }) => resource === '*');
    if (rule.verbs.has('*') || all) {
      add('k8s-risky-wildcard-rule', `${rule.verbs.has('*') ? 'all verbs' : 'all resources'}`, rule);
    }
    for (const { group, resource } of rule.resources) {
      if (resource !== '*' || !writes) continue;
      if (group === '*' && rule.verbs.has('*') && rule.namespace !== undefined)
        add('namespace-admin', 'everything', rule);
      if (group === '*') add('wildcard-resource', `${[...rule.verbs].join(', ')} everything`, rule);
      else add('wildcard-service', `${[...rule.verbs].join(', ')} everything of ${group}`, rule);
    }
  }
  return [...found.values()].map(({ rules: own, ...privilege }) => ({ ...privilege, grants: grantIds(own) }));
}

const EVERYWHERE = 'in all namespaces';

function place(scope: string | undefined): string {
  return scope === undefined ? EVERYWHERE : `in ${scope}`;
}

function places(scopes: readonly (string | undefined)[]): string {
  if (scopes.includes(undefined)) return EVERYWHERE;
  const more = scopes.length - 3;
  return `in ${scopes.slice(0, 3).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
