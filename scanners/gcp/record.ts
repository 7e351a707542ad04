import type { Node } from '../../src/scan/formats/node.ts';
import { field, itemsOf, textOf } from './fields.ts';

/** What one record of an export is. */
export type RecordKind =
  | 'asset'
  | 'policy-search'
  | 'effective-policies'
  | 'service-account'
  | 'service-account-key'
  | 'hmac-key'
  | 'role'
  | 'deny-policy'
  | 'workload-identity-provider'
  | 'workload-identity-pool'
  | 'insight'
  | 'membership'
  | 'project'
  | 'folder'
  | 'organization'
  | 'policy';

/** Members of the APIs' answers that hold records, beside lists as the command line prints them. */
export const WRAPPERS: readonly string[] = [
  'assets',
  'results',
  'policyResults',
  'accounts',
  'keys',
  'roles',
  'policies',
  'insights',
  'memberships',
  'projects',
  'folders',
  'organizations',
  'workloadIdentityPools',
  'workloadIdentityPoolProviders',
  'items',
];

interface Rule {
  readonly kind: RecordKind;
  /** The form of `name`. */
  readonly name?: RegExp;
  /** Members that must be there. */
  readonly all?: readonly string[];
  /** Members of which one must be there. */
  readonly any?: readonly string[];
}

/** In the order in which they are tried. */
const RULES: readonly Rule[] = [
  { kind: 'policy-search', all: ['assetType', 'resource', 'policy'] },
  { kind: 'asset', name: /^\/\//, all: ['assetType'] },
  { kind: 'effective-policies', all: ['fullResourceName', 'policies'] },
  { kind: 'service-account-key', name: /\/serviceAccounts\/[^/]+\/keys\//, any: ['keyType', 'validAfterTime'] },
  { kind: 'service-account', name: /^projects\/[^/]+\/serviceAccounts\/[^/]+$/, all: ['email', 'uniqueId'] },
  { kind: 'hmac-key', all: ['accessId', 'serviceAccountEmail', 'state'] },
  {
    kind: 'role',
    name: /^(?:(?:organizations|projects)\/[^/]+\/)?roles\/[^/]+$/,
    any: ['title', 'includedPermissions', 'etag'],
  },
  { kind: 'deny-policy', name: /^policies\/[^/]+\/denypolicies\// },
  { kind: 'workload-identity-provider', name: /\/workloadIdentityPools\/[^/]+\/providers\/[^/]+$/ },
  { kind: 'workload-identity-pool', name: /^projects\/[^/]+\/locations\/[^/]+\/workloadIdentityPools\/[^/]+$/ },
  { kind: 'insight', name: /\/insightTypes\/google\.iam\.[^/]+\/insights\//, all: ['content'] },
  { kind: 'membership', name: /^groups\/[^/]+\/memberships\//, any: ['preferredMemberKey', 'memberKey'] },
  { kind: 'project', all: ['projectId', 'projectNumber'], any: ['lifecycleState', 'state', 'createTime'] },
  { kind: 'folder', name: /^folders\/\d+$/, all: ['parent'], any: ['lifecycleState', 'state'] },
  { kind: 'organization', name: /^organizations\/\d+$/, any: ['lifecycleState', 'state', 'directoryCustomerId'] },
];

/** The command line sorts members by name, so that a long one can hide those behind it. In the order in which they are tried. */
const RULES_OF_BEGINNINGS: readonly Rule[] = [
  { kind: 'policy-search', all: ['assetType', 'policy'] },
  { kind: 'asset', all: ['assetType'], any: ['iamPolicy', 'ancestors', 'resource'] },
  { kind: 'role', all: ['includedPermissions'] },
  { kind: 'insight', all: ['content', 'insightSubtype'] },
];

/**
 * Says what a record is by its members, never by the file that it stands in; undefined for anything else.
 *
 * @param cut whether only its beginning is there
 */
export function kindOf(record: Node, cut = false): RecordKind | undefined {
  if (record.kind !== 'map') return undefined;
  const has = (name: string) => field(record, name) !== undefined;
  const name = textOf(record, 'name');
  const holds = (rule: Rule) =>
    (rule.name === undefined || rule.name.test(name ?? '')) &&
    (rule.all ?? []).every(has) &&
    (rule.any === undefined || rule.any.some(has));
  const found = RULES.find(holds) ?? (cut && name === undefined ? RULES_OF_BEGINNINGS.find(holds) : undefined);
  return found?.kind ?? (isPolicy(record, cut) ? 'policy' : undefined);
}

/** An allow policy as `get-iam-policy` prints it: bindings of roles to members, and an etag at their end. */
function isPolicy(record: Node, cut: boolean): boolean {
  const [first] = itemsOf(record, 'bindings');
  if (first === undefined || (!cut && field(record, 'etag') === undefined)) return false;
  const members = field(first, 'members');
  return members?.kind === 'list' && (cut || textOf(first, 'role') !== undefined);
}
