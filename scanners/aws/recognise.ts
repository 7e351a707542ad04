import { type Outline, outlineOf } from '../../src/scan/formats/json-outline.ts';
import type { FileHead } from '../../src/scan/scanner.ts';

export type AwsExport =
  | 'authorization-details'
  | 'credential-report'
  | 'credential-report-response'
  | 'access-keys'
  | 'access-key-last-used'
  | 'service-specific-credentials'
  | 'signing-certificates'
  | 'users'
  | 'roles'
  | 'groups'
  | 'ssh-public-keys'
  | 'organizations'
  | 'resource-policy'
  | 'access-advisor'
  | 'access-analyzer'
  | 'cloudtrail'
  | 'workloads'
  | 'identity-center'
  | 'policy-document';

const REPORT_HEADER = /^\uFEFF?"?user"?,"?arn"?,"?user_creation_time"?,/;
/** Base64 of `user,arn,u…`, as the report's response carries it. */
const REPORT_CONTENT = 'dXNlcixhcm4sdXNlcl9jcmVhdGlvbl90aW1l';

/** Which export a file begins as; undefined when it only looks like one. Right on a beginning that is cut anywhere. */
export function recogniseExport(file: FileHead): AwsExport | undefined {
  if (file.binary || !mayBeExport(file.head)) return undefined;
  const { text } = file;
  if (REPORT_HEADER.test(text)) return 'credential-report';
  if (!/^\s*\{/.test(text) || !HINT.test(text)) return undefined;
  const outline = outlineOf(text);
  return RULES.find(({ holds }) => holds(outline))?.format;
}

/** By its first byte: a brace, or the first name of the report. A byte order mark may be in front. */
function mayBeExport(head: Uint8Array): boolean {
  const first = head.find((byte) => byte > 32);
  return first === undefined || first >= 0x80 || first === 0x7b || first === 0x22 || first === 0x75;
}

/** Members that tell one of these exports: cheap to look for, before the text is taken apart. */
const HINT =
  /"(?:(?:user|group|role)_?detail_?list|policy_?version_?list|access_?key_?(?:metadata|last_?used)|service_?specific_?credentials|certificates|users|roles|groups|content|ssh_?public_?keys|organization(?:al_?units)?|roots|accounts|parents|polic(?:y|ies)|targets|attributes|resource_?policy|policy_?text|services_?last_?accessed|job_?status|finding_?details|findings?|records|events|functions|configuration|task_?definition|projects|stacks|reservations|instance_?profiles|permission_?set|account_?assignments|group_?memberships|statement)"/i;

/** A list whose first element has these names. */
function listOf({ members }: Outline, name: string, ...names: readonly string[]): boolean {
  const found = members.get(name);
  return found?.type === 'list' && names.every((wanted) => found.names?.has(wanted) === true);
}

/** An object with these names. */
function objectOf({ members }: Outline, name: string, ...names: readonly string[]): boolean {
  const found = members.get(name);
  return found?.type === 'object' && names.every((wanted) => found.names?.has(wanted) === true);
}

/** An empty list and nothing else. */
function emptyList({ members }: Outline, name: string): boolean {
  const found = members.get(name);
  return found?.type === 'list' && found.names === undefined && members.size === 1;
}

/** The text of a policy document, or the document itself. */
function policyDocument(outline: Outline, name: string): boolean {
  const text = outline.members.get(name)?.text;
  return text === undefined
    ? objectOf(outline, name, 'statement')
    : /^\s*\{/.test(text) && text.includes('"Statement"');
}

/** A list whose name says enough: it may be empty, or be cut before anything says otherwise. */
function detailList(outline: Outline, name: string): boolean {
  const found = outline.members.get(name);
  return found?.type === 'list' && (found.names === undefined || !found.whole || found.names.has('arn'));
}

/** Of the language of IAM's policies; those of other providers have others. */
const VERSIONS: ReadonlySet<string> = new Set(['2012-10-17', '2008-10-17']);

const RULES: readonly { readonly format: AwsExport; readonly holds: (outline: Outline) => boolean }[] = [
  {
    format: 'authorization-details',
    holds: (outline) =>
      ['userdetaillist', 'groupdetaillist', 'roledetaillist'].some((name) => detailList(outline, name)) ||
      listOf(outline, 'policies', 'arn', 'policyversionlist'),
  },
  {
    format: 'credential-report-response',
    holds: ({ members }) =>
      members.get('content')?.text?.startsWith(REPORT_CONTENT) === true &&
      (members.has('reportformat') || members.has('generatedtime')),
  },
  { format: 'access-keys', holds: (outline) => listOf(outline, 'accesskeymetadata', 'accesskeyid', 'username') },
  { format: 'access-key-last-used', holds: ({ members }) => members.get('accesskeylastused')?.type === 'object' },
  {
    format: 'service-specific-credentials',
    holds: (outline) => listOf(outline, 'servicespecificcredentials', 'servicespecificcredentialid', 'username'),
  },
  {
    format: 'signing-certificates',
    holds: (outline) => listOf(outline, 'certificates', 'certificateid', 'certificatebody', 'username'),
  },
  { format: 'users', holds: (outline) => listOf(outline, 'users', 'username', 'userid', 'arn', 'path') },
  {
    format: 'roles',
    holds: (outline) => listOf(outline, 'roles', 'rolename', 'roleid', 'arn', 'assumerolepolicydocument'),
  },
  { format: 'groups', holds: (outline) => listOf(outline, 'groups', 'groupname', 'groupid', 'arn') },
  { format: 'ssh-public-keys', holds: (outline) => listOf(outline, 'sshpublickeys', 'sshpublickeyid', 'username') },
  {
    format: 'organizations',
    holds: (outline) =>
      objectOf(outline, 'organization', 'id', 'arn', 'masteraccountid') ||
      objectOf(outline, 'policy', 'policysummary') ||
      listOf(outline, 'roots', 'id', 'arn', 'name') ||
      listOf(outline, 'organizationalunits', 'id', 'arn') ||
      listOf(outline, 'accounts', 'id', 'arn', 'joinedmethod') ||
      listOf(outline, 'parents', 'id', 'type') ||
      listOf(outline, 'policies', 'id', 'type', 'awsmanaged') ||
      listOf(outline, 'targets', 'targetid', 'type') ||
      emptyList(outline, 'targets'),
  },
  {
    format: 'resource-policy',
    holds: (outline) =>
      ['policy', 'resourcepolicy', 'policytext'].some((name) => policyDocument(outline, name)) ||
      objectOf(outline, 'attributes', 'policy', 'queuearn') ||
      objectOf(outline, 'attributes', 'policy', 'topicarn'),
  },
  {
    format: 'access-advisor',
    holds: ({ members }) => members.has('jobstatus') && (members.has('jobtype') || members.has('serviceslastaccessed')),
  },
  {
    format: 'access-analyzer',
    holds: (outline) =>
      listOf(outline, 'findings', 'resourceowneraccount', 'resourcetype', 'status') ||
      objectOf(outline, 'finding', 'resourceowneraccount', 'resourcetype') ||
      (outline.members.has('findingdetails') && outline.members.has('resourceowneraccount')),
  },
  {
    format: 'cloudtrail',
    holds: (outline) =>
      listOf(outline, 'records', 'useridentity', 'eventtime') ||
      listOf(outline, 'events', 'cloudtrailevent', 'eventid'),
  },
  {
    format: 'workloads',
    holds: (outline) =>
      listOf(outline, 'functions', 'functionarn', 'role') ||
      objectOf(outline, 'configuration', 'functionarn', 'role') ||
      objectOf(outline, 'taskdefinition', 'taskdefinitionarn') ||
      listOf(outline, 'projects', 'arn', 'servicerole') ||
      listOf(outline, 'stacks', 'stackid', 'stackname') ||
      listOf(outline, 'reservations', 'instances', 'reservationid') ||
      listOf(outline, 'instanceprofiles', 'instanceprofileid', 'arn'),
  },
  {
    format: 'identity-center',
    holds: (outline) =>
      objectOf(outline, 'permissionset', 'permissionsetarn') ||
      listOf(outline, 'accountassignments', 'permissionsetarn', 'principalid') ||
      listOf(outline, 'groupmemberships', 'groupid', 'memberid'),
  },
  {
    format: 'policy-document',
    holds: ({ members }) =>
      VERSIONS.has(members.get('version')?.text ?? '') &&
      (members.get('statement')?.type ?? 'scalar') !== 'scalar' &&
      [...members.keys()].every((name) => name === 'version' || name === 'statement' || name === 'id'),
  },
];
