import type { Privilege } from '../../model/effective.ts';
import type { AzureAccess, DirectoryRule } from './access.ts';
import { type AdminDecision, tierOf } from './admin.ts';
import { type Decision, either, REFUSED, type Subject } from './decision.ts';
import { DIRECTORY_ROLES } from './directory-roles.ts';
import { isBroad } from './scope.ts';
import { graphPermission } from './ways-by-directory.ts';

/** Actions that give rights over others, or take limits away. */
const IAM_WRITES = [
  'Microsoft.Authorization/roleAssignments/write',
  'Microsoft.Authorization/roleDefinitions/write',
  'Microsoft.Authorization/denyAssignments/write',
  'Microsoft.Authorization/denyAssignments/delete',
  'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write',
  'Microsoft.KeyVault/vaults/accessPolicies/write',
];

/** What hands out secrets: of a vault, or the keys that open all of an account. */
const SECRET_READS: readonly { readonly action: string; readonly what: string }[] = [
  { action: 'data:Microsoft.KeyVault/vaults/secrets/getSecret/action', what: 'Key Vault secrets' },
  { action: 'Microsoft.Storage/storageAccounts/listKeys/action', what: 'keys of storage accounts' },
  { action: 'Microsoft.DocumentDB/databaseAccounts/listKeys/action', what: 'keys of Cosmos DB accounts' },
  { action: 'Microsoft.ContainerRegistry/registries/listCredentials/action', what: 'credentials of registries' },
  { action: 'Microsoft.AppConfiguration/configurationStores/ListKeys/action', what: 'keys of configuration stores' },
  { action: 'Microsoft.Web/sites/config/list/action', what: 'settings of web apps' },
];

/** What of a principal's permissions matters to policies, beside being admin. On single resources it is no wide right. */
export function privilegesOf(
  subject: Subject,
  admin: AdminDecision,
  directory: readonly DirectoryRule[],
  access: AzureAccess,
): readonly Privilege[] {
  const privileges: Privilege[] = [];
  const add = (id: string, what: string, { answer, grants }: Pick<Decision, 'answer' | 'grants'>) => {
    if (answer !== 'no') privileges.push({ id, answer, what, grants });
  };
  add('admin', admin.what, admin);
  // Of an admin everything else goes without saying.
  if (admin.answer === 'yes') return privileges;
  const broad = subject.scopes.filter(isBroad);
  const iam = over(subject, IAM_WRITES, subject.scopes);
  add('iam-write', iam.what, iam);
  for (const { action, what } of SECRET_READS) {
    const read = over(subject, [action], broad);
    add('secrets-read', `${what} in ${read.scopes}`, read);
  }
  for (const [what, decision] of wildcards(subject, broad))
    add(what.startsWith('*') ? 'wildcard-resource' : 'wildcard-service', what, decision);
  for (const { id, what, rule } of inDirectory(directory, access))
    add(id, what, { answer: rule.given, grants: [rule.grant.id] });
  return privileges;
}

const SHOWN = 3;

function over(
  subject: Subject,
  actions: readonly string[],
  scopes: readonly string[],
): Decision & { readonly what: string; readonly scopes: string } {
  const found = actions.flatMap((action) =>
    scopes.flatMap((scope) => {
      const decision = subject.on(action, scope);
      return decision.answer === 'no' ? [] : [{ action, scope, decision }];
    }),
  );
  const all = found.map(({ decision }) => decision).reduce<Decision>(either, REFUSED);
  const where = few([...new Set(found.map(({ scope }) => scope))]);
  return { ...all, scopes: where, what: `${few([...new Set(found.map(({ action }) => action))])} in ${where}` };
}

function few(items: readonly string[]): string {
  return items.length > SHOWN
    ? `${items.slice(0, SHOWN).join(', ')} and ${items.length - SHOWN} more`
    : items.join(', ');
}

/** All actions, or all of a provider or a type, on a resource group or more. What only reads, or is about a deployment, is not meant. */
function wildcards(subject: Subject, scopes: readonly string[]): ReadonlyMap<string, Decision> {
  const found = new Map<string, Decision>();
  for (const { role, scope } of subject.rules) {
    if (!scopes.includes(scope)) continue;
    for (const { actions, notActions } of role.permissions ?? []) {
      for (const { text } of actions) {
        const wide = /^(?:data:)?(?:\*+|microsoft\.[\w.]+\/\*)$/.test(text);
        if (!wide || HARMLESS.has(text)) continue;
        const but = text === '*' && notActions.length > 0 ? ` but ${few(notActions.map((one) => one.text))}` : '';
        const what = `${text}${but} in ${scope}`;
        // With exceptions of its own the whole pattern is no answer: what is asked is what it holds apart from them.
        const decision = subject.on(but === '' ? text : PROBE, scope);
        if (decision.answer !== 'no') found.set(what, decision);
      }
    }
  }
  return found;
}

/** An action that no role names: who has it has everything that is not left out by name. */
const PROBE = 'Lapse.NoSuchProvider/things/write';
const HARMLESS: ReadonlySet<string> = new Set(['microsoft.support/*', 'microsoft.insights/*']);

function inDirectory(
  rules: readonly DirectoryRule[],
  access: AzureAccess,
): readonly { readonly id: string; readonly what: string; readonly rule: DirectoryRule }[] {
  return rules.flatMap((rule) => {
    if (rule.eligible) return [];
    if (rule.action.startsWith('directory-role:')) {
      const name = DIRECTORY_ROLES.get(rule.action.slice('directory-role:'.length))?.name;
      const part = rule.scope === '/' ? '' : ` in ${rule.scope}`;
      return tierOf(rule.action) === undefined || (tierOf(rule.action) === 0 && part === '')
        ? []
        : [{ id: 'iam-write', what: `${name}${part}`, rule }];
    }
    const permission = rule.action.startsWith('app-role:') ? graphPermission(rule, access) : undefined;
    if (permission === undefined || permission.opens === 'owned-applications') return [];
    return [{ id: 'iam-write', what: `Microsoft Graph ${permission.name}`, rule }];
  });
}
