import { gcpScanner } from '../../../scanners/gcp/index.ts';
import { joinInventory } from '../../../src/graph/join-inventory.ts';
import { gcpEvaluatorAt } from '../../../src/iam/gcp/evaluator.ts';
import type { Answer } from '../../../src/model/answer.ts';
import type { EffectivePermissions } from '../../../src/model/effective.ts';
import type { Fact } from '../../../src/model/fact.ts';
import { principalId } from '../../../src/model/id.ts';
import type { Inventory } from '../../../src/model/inventory.ts';
import { mergeInventory } from '../../../src/model/merge-inventory.ts';
import { scanBytes } from '../../scanners/scan-bytes.ts';

/** The day on which the organization of these tests is judged. */
export const NOW = new Date('2026-01-02T03:04:05Z');
export const evaluator = gcpEvaluatorAt(() => NOW);

/**
 * organizations/1 ⊃ folders/20 ⊃ projects/prod (number 300) and projects/other (301); organizations/1 ⊃ projects/outside (302).
 * An asset each, so that the tests read what the scanner reads.
 */
export const HIERARCHY: readonly object[] = [
  place('folders/20', ['organizations/1']),
  project('prod', '300', ['folders/20', 'organizations/1']),
  project('other', '301', ['folders/20', 'organizations/1']),
  project('outside', '302', ['organizations/1']),
];

const ANCESTORS: Readonly<Record<string, readonly string[]>> = {
  prod: ['projects/300', 'folders/20', 'organizations/1'],
  other: ['projects/301', 'folders/20', 'organizations/1'],
  outside: ['projects/302', 'organizations/1'],
};

function place(node: string, above: readonly string[]): object {
  return {
    name: `//cloudresourcemanager.googleapis.com/${node}`,
    assetType: 'cloudresourcemanager.googleapis.com/Folder',
    resource: { data: { name: node } },
    ancestors: [node, ...above],
  };
}

function project(projectId: string, projectNumber: string, above: readonly string[]): object {
  return {
    name: `//cloudresourcemanager.googleapis.com/projects/${projectNumber}`,
    assetType: 'cloudresourcemanager.googleapis.com/Project',
    resource: { data: { projectId, projectNumber, lifecycleState: 'ACTIVE' } },
    ancestors: [`projects/${projectNumber}`, ...above],
  };
}

/** `kim` of a project: its address. */
export function email(name: string, home = 'prod'): string {
  return `${name}@${home}.iam.gserviceaccount.com`;
}

export function account(name: string, home = 'prod', more: object = {}): object {
  return {
    name: `//iam.googleapis.com/projects/${home}/serviceAccounts/${name}-id`,
    assetType: 'iam.googleapis.com/ServiceAccount',
    resource: {
      data: {
        name: `projects/${home}/serviceAccounts/${email(name, home)}`,
        projectId: home,
        uniqueId: `${name}-id`,
        email: email(name, home),
        ...more,
      },
    },
    ancestors: ANCESTORS[home],
  };
}

/** A policy with one binding, at a container (`projects/prod`), an account (its address) or the full name of something else. */
export function bind(at: string, role: string, members: readonly string[], expression?: string, home = 'prod'): object {
  const isAccount = at.includes('@');
  const isContainer = /^(?:projects|folders|organizations)\//.test(at);
  const [, own = 'prod'] = /@([^.]+)\./.exec(at) ?? [];
  const name = isAccount
    ? `//iam.googleapis.com/projects/${own}/serviceAccounts/${at}`
    : isContainer
      ? `//cloudresourcemanager.googleapis.com/${at}`
      : at;
  const id = at.split('/')[1] ?? '';
  return {
    name,
    assetType: isContainer ? 'cloudresourcemanager.googleapis.com/Project' : 'iam.googleapis.com/ServiceAccount',
    iamPolicy: {
      bindings: [{ role, members, ...(expression === undefined ? {} : { condition: { title: 't', expression } }) }],
    },
    ...(isContainer
      ? ANCESTORS[id] === undefined
        ? {}
        : { ancestors: ANCESTORS[id] }
      : { ancestors: ANCESTORS[isAccount ? own : home] }),
  };
}

/** A custom role of the project `prod`, or of the organization. */
export function role(name: string, includedPermissions: readonly string[], more: object = {}): object {
  return { name, title: name, etag: 'AA==', stage: 'GA', includedPermissions, ...more };
}

export function deny(
  at: string,
  deniedPermissions: readonly string[],
  deniedPrincipals: readonly string[],
  more: object = {},
): object {
  return {
    name: `policies/${encodeURIComponent(`cloudresourcemanager.googleapis.com/${at}`)}/denypolicies/${deniedPermissions.length}`,
    kind: 'DenyPolicy',
    rules: [{ denyRule: { deniedPermissions, deniedPrincipals, ...more } }],
  };
}

/** What an export of these records says. */
export async function organisationOf(...records: readonly object[]): Promise<Inventory> {
  return joinInventory(mergeInventory(await factsOf(...records)));
}

export async function factsOf(...records: readonly object[]): Promise<readonly Fact[]> {
  const text = [...HIERARCHY, ...records].map((record) => JSON.stringify(record)).join('\n');
  const { facts, problems } = await scanBytes(gcpScanner, 'export.ndjson', text);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return facts;
}

export function sa(name: string, home = 'prod'): string {
  return principalId('gcp', 'service-account', email(name, home));
}

export function user(name: string): string {
  return principalId('gcp', 'user', `${name}@example.com`);
}

export function ask(inventory: Inventory, principal: string, action: string, resource?: string): Answer {
  if (evaluator.asker === undefined) throw new Error('the evaluator answers no questions');
  return evaluator.asker(inventory)(principal, { action, ...(resource === undefined ? {} : { resource }) }).answer;
}

export function effectiveOf(inventory: Inventory, id: string): EffectivePermissions {
  const found = evaluator.evaluate(inventory).get(id);
  if (found === undefined) throw new Error(`nothing is said of ${id}`);
  return found;
}
