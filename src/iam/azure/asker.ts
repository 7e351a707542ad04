import { type Answer, and, or } from '../../model/answer.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { AccessAnswer, AccessQuestion } from '../evaluator.ts';
import { type AzureAccess, azureAccess } from './access.ts';
import { evidenceOf, Subject } from './decision.ts';
import { DIRECTORY_ROLES } from './directory-roles.ts';
import { scopePath } from './scope.ts';
import { graphPermission } from './ways-by-directory.ts';

const NOTHING: AccessAnswer = { answer: 'no', grants: [], trusts: [] };

/**
 * Whether a principal may do something. Actions are those of Azure (`Microsoft.Storage/storageAccounts/listKeys/action`) on a scope or
 * resource by its path; those of the data plane may have `data:` in front, and need it where they are not known as such. In the
 * directory an action is a role (`Global Administrator`) or a permission of Microsoft Graph by its name.
 */
export function askerOf(inventory: Inventory): (principal: string, question: AccessQuestion) => AccessAnswer {
  const access = azureAccess(inventory);
  const subjects = new Map<string, Subject>();
  return (asked, { action, resource }) => {
    const id = access.resolve(asked);
    const principal = inventory.principals.get(id);
    if (principal === undefined || principal.platform !== 'azure') return NOTHING;
    const enabled: Answer = principal.enabled === false ? { if: [`${principal.name} is enabled again`] } : 'yes';
    const found = (): AccessAnswer => {
      if (!action.includes('/') && action !== '*') return inDirectory(id, action, access);
      const subject = subjects.get(id) ?? new Subject(principal, access);
      subjects.set(id, subject);
      const name = isDataAction(action) ? `data:${action}` : action;
      return resource === undefined ? subject.anywhere(name) : subject.on(name, scopePath(resource));
    };
    const told = found();
    return { ...told, answer: and(told.answer, enabled) };
  };
}

function inDirectory(id: string, name: string, access: AzureAccess): AccessAnswer {
  const rules = access.directoryRulesOf(id).filter((rule) => {
    const native = rule.action.slice(rule.action.indexOf(':') + 1);
    const names = [
      native,
      DIRECTORY_ROLES.get(native)?.name,
      rule.action.startsWith('app-role:') ? graphPermission(rule, access)?.name : undefined,
    ];
    return names.some((one) => one?.toLowerCase() === name.toLowerCase());
  });
  return { answer: or('no', ...rules.map(({ given }) => given)), ...evidenceOf(rules, []) };
}

/**
 * Actions of the data plane by what they are about. Names of the two planes never coincide, but a `*` of one must not be taken for the
 * other.
 *
 * Source: Microsoft Learn, "Azure permissions": rows marked as DataAction.
 */
const DATA_ACTIONS: readonly RegExp[] = [
  /^microsoft\.keyvault\/vaults\/(?:secrets\/(?:getsecret|setsecret|readmetadata|backup|recover|restore|delete|purge|update)|keys\/(?:read$|encrypt|decrypt|sign|verify|wrap|unwrap|create|import|backup|rotate|release)|certificates?\/)/,
  /^microsoft\.storage\/storageaccounts\/(?:blobservices\/containers\/blobs|queueservices\/queues\/messages|tableservices\/tables\/entities|fileservices\/fileshares\/files)\//,
  /^microsoft\.compute\/virtualmachines\/login(?:asadmin)?\/action$/,
  /^microsoft\.hybridcompute\/machines\/login(?:asadmin)?\/action$/,
  /^microsoft\.(?:servicebus|eventhub)\/namespaces\/(?:messages|.*\/messages|.*\/(?:send|receive)\/action$)/,
  /^microsoft\.documentdb\/databaseaccounts\/(?:sqldatabases|readmetadata).*\/(?:items|executequery|readchangefeed)/,
  /^microsoft\.containerservice\/managedclusters\/(?:core|apps|batch|rbac\.authorization\.k8s\.io|pods|secrets|namespaces)(?:\/|$)/,
  /^microsoft\.cognitiveservices\/accounts\/openai\//,
];

function isDataAction(action: string): boolean {
  const lower = action.toLowerCase();
  return !lower.startsWith('data:') && DATA_ACTIONS.some((pattern) => pattern.test(lower));
}
