import { isObject, type JsonObject } from '../../src/model/json.ts';
import { instant } from '../../src/scan/formats/instant.ts';
import { member, objects, text } from '../../src/scan/formats/json-members.ts';
import type { FileFacts } from '../file-facts.ts';
import type { DumpScope } from './dump-scope.ts';
import { type DumpElement, tellRepository } from './dump-subject.ts';

/** An environment with what stands between a job and its secrets; what the answer leaves out is not known, not absent. */
export function tellEnvironment({ value, place, scope }: DumpElement, facts: FileFacts): void {
  const name = text(value, 'name');
  if (name === undefined || scope?.repository === undefined) return;
  const createdAt = instant(member(value, 'created_at'));
  tellRepository(facts, scope.repository, {}, place);
  facts.principal(
    {
      kind: 'environment',
      nativeId: `${scope.repository}/${name}`,
      name,
      scope: scope.repository.split('/'),
      ...(createdAt === undefined ? {} : { createdAt }),
      attributes: protection(value),
    },
    place,
  );
}

function protection(value: JsonObject): JsonObject {
  const bypass = member(value, 'can_admins_bypass');
  const policy = member(value, 'deployment_branch_policy');
  const branches = isObject(policy)
    ? member(policy, 'protected_branches') === true
      ? 'protected'
      : 'custom'
    : policy === null
      ? 'any'
      : undefined;
  const rules = objects(value, 'protection_rules');
  const reviewers = rules.flatMap((rule) => objects(rule, 'reviewers')).flatMap(reviewerOf);
  const minutes = rules.map((rule) => member(rule, 'wait_timer')).find((timer) => typeof timer === 'number');
  return {
    ...(typeof bypass === 'boolean' ? { can_admins_bypass: bypass } : {}),
    ...(branches === undefined ? {} : { deployment_branches: branches }),
    ...(member(value, 'protection_rules') === undefined
      ? {}
      : {
          required_reviewers: reviewers,
          prevent_self_review: rules.some((rule) => member(rule, 'prevent_self_review') === true),
          wait_minutes: minutes ?? 0,
          custom_rules: rules.filter((rule) => !KNOWN.has(text(rule, 'type') ?? '')).length,
        }),
  };
}

const KNOWN = new Set(['wait_timer', 'required_reviewers', 'branch_policy']);

function reviewerOf(entry: JsonObject): readonly string[] {
  const reviewer = member(entry, 'reviewer');
  const name = isObject(reviewer) ? (text(reviewer, 'login') ?? text(reviewer, 'slug')) : undefined;
  return name === undefined ? [] : [`${(text(entry, 'type') ?? 'user').toLowerCase()}:${name}`];
}

/** A pattern of branches or tags that may deploy to an environment; its own request, beside that of the environment. */
export function tellBranchPolicies(
  names: readonly string[],
  scope: DumpScope | undefined,
  place: DumpElement['place'],
  facts: FileFacts,
): boolean {
  if (scope?.repository === undefined || scope.environment === undefined) return false;
  facts.principal(
    {
      kind: 'environment',
      nativeId: `${scope.repository}/${scope.environment}`,
      name: scope.environment,
      scope: scope.repository.split('/'),
      attributes: { branch_patterns: names },
    },
    place,
  );
  return true;
}
