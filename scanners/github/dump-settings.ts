import type { Json, JsonObject } from '../../src/model/json.ts';
import type { FileFacts } from '../file-facts.ts';
import type { DumpScope } from './dump-scope.ts';
import { type DumpElement, tellOrganization, tellRepository } from './dump-subject.ts';

/** Members of the answers that are settings, and the attribute that each becomes. */
const SETTINGS: Readonly<Record<string, string>> = {
  default_workflow_permissions: 'default_workflow_permissions',
  can_approve_pull_request_reviews: 'can_approve_pull_request_reviews',
  allowed_actions: 'allowed_actions',
  sha_pinning_required: 'sha_pinning_required',
  use_default: 'oidc_use_default',
  include_claim_keys: 'oidc_include_claim_keys',
  use_immutable_subject: 'oidc_use_immutable_subject',
  sub_claim_prefix: 'oidc_sub_claim_prefix',
};

/** What an answer sets, or undefined for one that is about something else. */
export function settingsIn(document: ReadonlyMap<string, Json>): JsonObject | undefined {
  const known = [...document].filter(([name]) => Object.hasOwn(SETTINGS, name));
  if (known.length === 0) return undefined;
  const settings = Object.fromEntries(known.map(([name, value]) => [SETTINGS[name] ?? name, value]));
  return document.has('allowed_actions')
    ? { ...settings, actions_enabled: document.get('enabled') !== false }
    : settings;
}

/** Settings stand at the repository or organization that they hold for; the answers name neither. */
export function tellSettings(
  settings: JsonObject,
  scope: DumpScope | undefined,
  place: DumpElement['place'],
  facts: FileFacts,
): boolean {
  if (scope === undefined) return false;
  if (scope.repository === undefined) tellOrganization(facts, scope.owner, settings, place);
  else tellRepository(facts, scope.repository, settings, place);
  return true;
}
