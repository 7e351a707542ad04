import { expect, test } from 'vitest';
import { gcpScanner } from '../../../scanners/gcp/index.ts';
import { joinInventory } from '../../../src/graph/join-inventory.ts';
import type { Answer } from '../../../src/model/answer.ts';
import { mergeInventory } from '../../../src/model/merge-inventory.ts';
import { scanBytes } from '../../scanners/scan-bytes.ts';
import { account, ask, bind, deny, email, factsOf, organisationOf, role, sa, user } from './organisation.ts';

/** A question to the policies of a small organization; `source` is a page below cloud.google.com (or the rule that it was derived from). */
interface Row {
  readonly title: string;
  readonly source: string;
  readonly records: readonly object[];
  readonly who?: string;
  readonly action: string;
  readonly on?: string;
  /** `if`: possible, whatever the wording. */
  readonly answer: 'yes' | 'no' | 'if';
}

const KIM = 'user:kim@example.com';
const GET = 'storage.objects.get';
const SECRET = 'secretmanager.versions.access';
const DB = '//secretmanager.googleapis.com/projects/prod/secrets/db';
const BUCKET = '//storage.googleapis.com/releases';
const HIERARCHY = 'iam/docs/resource-hierarchy-access-control';
const DENY = 'iam/docs/deny-overview';
const ROLES = 'iam/docs/roles-overview';
const CONDITIONS = 'iam/docs/conditions-overview';
const MEMBERS = 'iam/docs/principal-identifiers';
const reader = (at: string, expression?: string) => bind(at, 'roles/secretmanager.secretAccessor', [KIM], expression);

const ROWS: readonly Row[] = [
  // Rule 1: deny policies come first.
  {
    title: 'a deny at the project beats an allow there',
    source: DENY,
    records: [
      reader('projects/prod'),
      deny('projects/prod', ['secretmanager.googleapis.com/versions.access'], ['principalSet://goog/public:all']),
    ],
    action: SECRET,
    on: DB,
    answer: 'no',
  },
  {
    title: 'a deny at the organization beats an allow at the resource',
    source: DENY,
    records: [
      reader(DB),
      deny(
        'organizations/1',
        ['secretmanager.googleapis.com/versions.access'],
        ['principal://goog/subject/kim@example.com'],
      ),
    ],
    action: SECRET,
    on: DB,
    answer: 'no',
  },
  {
    title: 'a deny at another project says nothing',
    source: DENY,
    records: [
      reader('projects/prod'),
      deny('projects/other', ['secretmanager.googleapis.com/versions.access'], ['principalSet://goog/public:all']),
    ],
    action: SECRET,
    on: DB,
    answer: 'yes',
  },
  {
    title: 'a deny below an allow holds there only',
    source: DENY,
    records: [
      reader('organizations/1'),
      deny('projects/other', ['secretmanager.googleapis.com/versions.access'], ['principalSet://goog/public:all']),
    ],
    action: SECRET,
    on: '//secretmanager.googleapis.com/projects/other/secrets/x',
    answer: 'no',
  },
  {
    title: 'a deny for somebody else',
    source: DENY,
    records: [
      reader('projects/prod'),
      deny(
        'projects/prod',
        ['secretmanager.googleapis.com/versions.access'],
        ['principal://goog/subject/lee@example.com'],
      ),
    ],
    action: SECRET,
    on: DB,
    answer: 'yes',
  },
  {
    title: 'a deny of another permission',
    source: DENY,
    records: [
      reader('projects/prod'),
      deny('projects/prod', ['secretmanager.googleapis.com/secrets.delete'], ['principalSet://goog/public:all']),
    ],
    action: SECRET,
    on: DB,
    answer: 'yes',
  },
  {
    title: 'an exception for the principal',
    source: 'iam/docs/deny-overview#exceptions',
    records: [
      reader('projects/prod'),
      deny('projects/prod', ['secretmanager.googleapis.com/versions.access'], ['principalSet://goog/public:all'], {
        exceptionPrincipals: ['principal://goog/subject/kim@example.com'],
      }),
    ],
    action: SECRET,
    on: DB,
    answer: 'yes',
  },
  {
    title: 'an exception for a group that may have the principal',
    source: 'iam/docs/deny-overview#exceptions',
    records: [
      reader('projects/prod'),
      bind('projects/prod', 'roles/browser', ['group:ops@example.com']),
      deny('projects/prod', ['secretmanager.googleapis.com/versions.access'], ['principalSet://goog/public:all'], {
        exceptionPrincipals: ['principalSet://goog/group/ops@example.com'],
      }),
    ],
    action: SECRET,
    on: DB,
    answer: 'if',
  },
  {
    title: 'an exception for the permission',
    source: 'iam/docs/deny-overview#exceptions',
    records: [
      reader('projects/prod'),
      deny('projects/prod', ['secretmanager.googleapis.com/versions.*'], ['principalSet://goog/public:all'], {
        exceptionPermissions: ['secretmanager.googleapis.com/versions.access'],
      }),
    ],
    action: SECRET,
    on: DB,
    answer: 'yes',
  },
  {
    title: 'a permission group',
    source: 'iam/docs/deny-permissions-support#groups',
    records: [
      reader('projects/prod'),
      deny('projects/prod', ['secretmanager.googleapis.com/versions.*'], ['principalSet://goog/public:all']),
    ],
    action: SECRET,
    on: DB,
    answer: 'no',
  },
  {
    title: 'a whole service',
    source: 'iam/docs/deny-permissions-support#groups',
    records: [
      reader('projects/prod'),
      deny('projects/prod', ['secretmanager.googleapis.com/*.*'], ['principalSet://goog/public:all']),
    ],
    action: SECRET,
    on: DB,
    answer: 'no',
  },
  {
    title: 'names that differ on the deny side',
    source: 'iam/docs/deny-permissions-support',
    records: [
      bind('projects/prod', 'roles/owner', [KIM]),
      deny(
        'projects/prod',
        ['cloudresourcemanager.googleapis.com/projects.delete'],
        ['principalSet://goog/public:all'],
      ),
    ],
    action: 'resourcemanager.projects.delete',
    on: 'projects/prod',
    answer: 'no',
  },
  {
    title: 'a condition of a deny is not known',
    source: 'iam/docs/deny-overview#denial-conditions',
    records: [
      reader('projects/prod'),
      deny('projects/prod', ['secretmanager.googleapis.com/versions.access'], ['principalSet://goog/public:all'], {
        denialCondition: { expression: "resource.matchTag('1/env', 'prod')" },
      }),
    ],
    action: SECRET,
    on: DB,
    answer: 'if',
  },
  {
    title: 'a deny for a group that may have the principal',
    source: DENY,
    records: [
      reader('projects/prod'),
      deny(
        'projects/prod',
        ['secretmanager.googleapis.com/versions.access'],
        ['principalSet://goog/group/ops@example.com'],
      ),
    ],
    action: SECRET,
    on: DB,
    answer: 'if',
  },
  {
    title: 'a deny for a service account',
    source: DENY,
    records: [
      account('a'),
      bind('projects/prod', 'roles/secretmanager.secretAccessor', [`serviceAccount:${email('a')}`]),
      deny(
        'projects/prod',
        ['secretmanager.googleapis.com/versions.access'],
        [`principal://iam.googleapis.com/projects/-/serviceAccounts/${email('a')}`],
      ),
    ],
    who: sa('a'),
    action: SECRET,
    on: DB,
    answer: 'no',
  },
  {
    title: 'a deny adds nothing to who has nothing',
    source: DENY,
    records: [
      bind('projects/prod', 'roles/browser', [KIM]),
      deny('projects/other', ['secretmanager.googleapis.com/versions.access'], ['principalSet://goog/public:all']),
    ],
    action: SECRET,
    on: DB,
    answer: 'no',
  },
  // Rule 3: union from the organization down.
  {
    title: 'from the organization',
    source: HIERARCHY,
    records: [reader('organizations/1')],
    action: SECRET,
    on: DB,
    answer: 'yes',
  },
  {
    title: 'from the folder',
    source: HIERARCHY,
    records: [reader('folders/20')],
    action: SECRET,
    on: DB,
    answer: 'yes',
  },
  {
    title: 'from the folder to a project that is not in it',
    source: HIERARCHY,
    records: [reader('folders/20')],
    action: SECRET,
    on: '//secretmanager.googleapis.com/projects/outside/secrets/db',
    answer: 'no',
  },
  {
    title: 'from the project by its number',
    source: 'resource-manager/docs/creating-managing-projects',
    records: [reader('projects/300')],
    action: SECRET,
    on: DB,
    answer: 'yes',
  },
  {
    title: 'on a resource by the number of its project',
    source: 'asset-inventory/docs/resource-name-format',
    records: [reader('projects/prod')],
    action: SECRET,
    on: '//secretmanager.googleapis.com/projects/300/secrets/db',
    answer: 'yes',
  },
  {
    title: 'from the resource itself',
    source: HIERARCHY,
    records: [reader(DB)],
    action: SECRET,
    on: DB,
    answer: 'yes',
  },
  {
    title: 'not from a neighbour',
    source: HIERARCHY,
    records: [reader(DB)],
    action: SECRET,
    on: '//secretmanager.googleapis.com/projects/prod/secrets/other',
    answer: 'no',
  },
  {
    title: 'not from the resource up',
    source: HIERARCHY,
    records: [reader(DB)],
    action: SECRET,
    on: 'projects/prod',
    answer: 'no',
  },
  {
    title: 'a narrower policy below takes nothing away',
    source: HIERARCHY,
    records: [reader('organizations/1'), bind('projects/prod', 'roles/browser', [KIM])],
    action: SECRET,
    on: DB,
    answer: 'yes',
  },
  {
    title: 'a resource that nobody places may be below',
    source: 'asset-inventory/docs/resource-name-format',
    records: [bind('projects/prod', 'roles/storage.objectViewer', [KIM])],
    action: GET,
    on: BUCKET,
    answer: 'if',
  },
  {
    title: 'a bucket whose project is known',
    source: 'asset-inventory/docs/resource-name-format',
    records: [
      bind('projects/prod', 'roles/storage.objectViewer', [KIM]),
      bind(BUCKET, 'roles/storage.objectCreator', ['user:lee@example.com']),
    ],
    action: GET,
    on: BUCKET,
    answer: 'yes',
  },
  { title: 'of any resource at all', source: HIERARCHY, records: [reader(DB)], action: SECRET, answer: 'yes' },
  // Rule 4: roles.
  {
    title: 'an owner reads secrets',
    source: ROLES,
    records: [bind('projects/prod', 'roles/owner', [KIM])],
    action: SECRET,
    on: DB,
    answer: 'yes',
  },
  {
    title: 'an editor does not',
    source: 'secret-manager/docs/access-control',
    records: [bind('projects/prod', 'roles/editor', [KIM])],
    action: SECRET,
    on: DB,
    answer: 'no',
  },
  {
    title: 'an editor does not write policies',
    source: 'iam/docs/roles-overview#basic',
    records: [bind('projects/prod', 'roles/editor', [KIM])],
    action: 'resourcemanager.projects.setIamPolicy',
    on: 'projects/prod',
    answer: 'no',
  },
  {
    title: 'an editor may attach accounts',
    source: 'iam/docs/roles-permissions/iam',
    records: [bind('projects/prod', 'roles/editor', [KIM])],
    action: 'iam.serviceAccounts.actAs',
    on: 'projects/prod',
    answer: 'yes',
  },
  {
    title: 'an owner has no tokens of accounts by that alone',
    source: 'iam/docs/service-account-permissions',
    records: [bind('projects/prod', 'roles/owner', [KIM])],
    action: 'iam.serviceAccounts.getAccessToken',
    on: 'projects/prod',
    answer: 'no',
  },
  {
    title: 'a viewer changes nothing',
    source: 'iam/docs/roles-overview#basic',
    records: [bind('projects/prod', 'roles/viewer', [KIM])],
    action: 'pubsub.topics.delete',
    on: 'projects/prod',
    answer: 'no',
  },
  {
    title: 'a predefined role that does not hold it',
    source: 'iam/docs/roles-permissions',
    records: [bind('projects/prod', 'roles/secretmanager.viewer', [KIM])],
    action: SECRET,
    on: DB,
    answer: 'no',
  },
  {
    title: 'a permission that the table does not tell of is unknown',
    source: 'effective permissions, rule 4',
    records: [bind('projects/prod', 'roles/pubsub.editor', [KIM])],
    action: 'pubsub.topics.publish',
    on: 'projects/prod',
    answer: 'if',
  },
  {
    title: 'a predefined role that nobody knows is unknown',
    source: 'effective permissions, rule 4',
    records: [bind('projects/prod', 'roles/future.admin', [KIM])],
    action: SECRET,
    on: DB,
    answer: 'if',
  },
  {
    title: 'its definition makes it known',
    source: ROLES,
    records: [bind('projects/prod', 'roles/future.admin', [KIM]), role('roles/future.admin', [SECRET])],
    action: SECRET,
    on: DB,
    answer: 'yes',
  },
  {
    title: 'a custom role holds what it lists',
    source: 'iam/docs/creating-custom-roles',
    records: [bind('projects/prod', 'projects/prod/roles/r', [KIM]), role('projects/prod/roles/r', [SECRET])],
    action: SECRET,
    on: DB,
    answer: 'yes',
  },
  {
    title: 'and nothing else',
    source: 'iam/docs/creating-custom-roles',
    records: [
      bind('projects/prod', 'projects/prod/roles/r', [KIM]),
      role('projects/prod/roles/r', ['secretmanager.versions.list']),
    ],
    action: SECRET,
    on: DB,
    answer: 'no',
  },
  {
    title: 'one without a definition is unknown, not empty',
    source: 'effective permissions, rule 4',
    records: [bind('projects/prod', 'projects/prod/roles/r', [KIM])],
    action: SECRET,
    on: DB,
    answer: 'if',
  },
  {
    title: 'one that was listed without permissions, too',
    source: 'iam/docs/reference/rest/v1/roles/list#RoleView',
    records: [
      bind('projects/prod', 'projects/prod/roles/r', [KIM]),
      { name: 'projects/prod/roles/r', title: 'r', etag: 'AA==', stage: 'GA' },
    ],
    action: SECRET,
    on: DB,
    answer: 'if',
  },
  {
    title: 'a disabled one gives nothing',
    source: 'iam/docs/creating-custom-roles#disabling-custom-role',
    records: [
      bind('projects/prod', 'projects/prod/roles/r', [KIM]),
      role('projects/prod/roles/r', [SECRET], { stage: 'DISABLED' }),
    ],
    action: SECRET,
    on: DB,
    answer: 'no',
  },
  {
    title: 'a deleted one gives nothing',
    source: 'iam/docs/creating-custom-roles#deleting-custom-role',
    records: [
      bind('projects/prod', 'projects/prod/roles/r', [KIM]),
      role('projects/prod/roles/r', [SECRET], { deleted: true }),
    ],
    action: SECRET,
    on: DB,
    answer: 'no',
  },
  {
    title: 'permissions are case-sensitive',
    source: 'iam/docs/roles-permissions',
    records: [
      bind('projects/prod', 'projects/prod/roles/r', [KIM]),
      role('projects/prod/roles/r', ['iam.serviceaccounts.actAs']),
    ],
    action: 'iam.serviceAccounts.actAs',
    on: 'projects/prod',
    answer: 'no',
  },
  // Rule 5: conditions.
  {
    title: 'a time that is over',
    source: 'iam/docs/configuring-temporary-access',
    records: [reader('projects/prod', 'request.time < timestamp("2025-12-31T00:00:00Z")')],
    action: SECRET,
    on: DB,
    answer: 'no',
  },
  {
    title: 'a time that is to come',
    source: 'iam/docs/configuring-temporary-access',
    records: [reader('projects/prod', 'request.time < timestamp("2026-12-31T00:00:00Z")')],
    action: SECRET,
    on: DB,
    answer: 'yes',
  },
  {
    title: 'a time that has not begun',
    source: 'iam/docs/configuring-temporary-access',
    records: [reader('projects/prod', 'request.time >= timestamp("2026-12-31T00:00:00Z")')],
    action: SECRET,
    on: DB,
    answer: 'no',
  },
  {
    title: 'hours of the day are not known',
    source: CONDITIONS,
    records: [reader('projects/prod', 'request.time.getHours("Europe/Berlin") >= 9')],
    action: SECRET,
    on: DB,
    answer: 'if',
  },
  {
    title: 'tags are not known',
    source: 'iam/docs/tags-access-control',
    records: [reader('projects/prod', 'resource.matchTag("1/env", "prod")')],
    action: SECRET,
    on: DB,
    answer: 'if',
  },
  {
    title: 'the name of a bucket',
    source: 'iam/docs/conditions-resource-attributes',
    records: [
      bind(
        'projects/prod',
        'roles/storage.objectViewer',
        [KIM],
        'resource.name.startsWith("projects/_/buckets/releases")',
      ),
      bind(BUCKET, 'roles/storage.objectCreator', ['user:lee@example.com']),
    ],
    action: GET,
    on: BUCKET,
    answer: 'yes',
  },
  {
    title: 'the name of another bucket',
    source: 'iam/docs/conditions-resource-attributes',
    records: [
      bind(
        'projects/prod',
        'roles/storage.objectViewer',
        [KIM],
        'resource.name.startsWith("projects/_/buckets/other")',
      ),
      bind(BUCKET, 'roles/storage.objectCreator', ['user:lee@example.com']),
    ],
    action: GET,
    on: BUCKET,
    answer: 'no',
  },
  {
    title: 'a name with the number of the project or its id',
    source: 'iam/docs/conditions-resource-attributes',
    records: [reader('projects/prod', 'resource.name.startsWith("projects/300/secrets/db")')],
    action: SECRET,
    on: DB,
    answer: 'if',
  },
  {
    title: 'a name that ends in no such way',
    source: 'iam/docs/conditions-resource-attributes',
    records: [reader('projects/prod', 'resource.name.endsWith("/secrets/other")')],
    action: SECRET,
    on: DB,
    answer: 'no',
  },
  {
    title: 'another type',
    source: 'iam/docs/conditions-resource-attributes',
    records: [reader('projects/prod', 'resource.type == "storage.googleapis.com/Bucket"')],
    action: SECRET,
    on: DB,
    answer: 'no',
  },
  {
    title: 'its service',
    source: 'iam/docs/conditions-resource-attributes',
    records: [reader('projects/prod', 'resource.service == "secretmanager.googleapis.com"')],
    action: SECRET,
    on: DB,
    answer: 'yes',
  },
  {
    title: 'one role twice, with a condition and without',
    source: CONDITIONS,
    records: [reader('projects/prod', 'resource.matchTag("1/env", "prod")'), reader('projects/prod')],
    action: SECRET,
    on: DB,
    answer: 'yes',
  },
  {
    title: 'one role twice, expired and unknown',
    source: CONDITIONS,
    records: [
      reader('projects/prod', 'resource.matchTag("1/env", "prod")'),
      reader('projects/prod', 'request.time < timestamp("2025-01-01T00:00:00Z")'),
    ],
    action: SECRET,
    on: DB,
    answer: 'if',
  },
  // Rule 6: members.
  {
    title: 'a group whose members nobody knows',
    source: MEMBERS,
    records: [
      bind('projects/prod', 'roles/secretmanager.secretAccessor', ['group:ops@example.com']),
      bind('projects/prod', 'roles/browser', [KIM]),
    ],
    action: SECRET,
    on: DB,
    answer: 'if',
  },
  {
    title: 'a domain',
    source: MEMBERS,
    records: [
      bind('projects/prod', 'roles/secretmanager.secretAccessor', ['domain:example.com']),
      bind('projects/prod', 'roles/browser', [KIM]),
    ],
    action: SECRET,
    on: DB,
    answer: 'yes',
  },
  {
    title: 'another domain',
    source: MEMBERS,
    records: [
      bind('projects/prod', 'roles/secretmanager.secretAccessor', ['domain:example.org']),
      bind('projects/prod', 'roles/browser', [KIM]),
    ],
    action: SECRET,
    on: DB,
    answer: 'no',
  },
  {
    title: 'everybody with an account',
    source: MEMBERS,
    records: [account('a'), bind('projects/prod', 'roles/secretmanager.secretAccessor', ['allAuthenticatedUsers'])],
    who: sa('a'),
    action: SECRET,
    on: DB,
    answer: 'yes',
  },
  {
    title: 'a deleted account',
    source: 'iam/docs/principal-identifiers#deleted',
    records: [
      account('a'),
      bind('projects/prod', 'roles/secretmanager.secretAccessor', [`deleted:serviceAccount:${email('a')}?uid=1`]),
    ],
    who: sa('a'),
    action: SECRET,
    on: DB,
    answer: 'no',
  },
  {
    title: 'and its own row',
    source: 'iam/docs/principal-identifiers#deleted',
    records: [
      bind('projects/prod', 'roles/secretmanager.secretAccessor', [`deleted:serviceAccount:${email('a')}?uid=1`]),
    ],
    who: `${sa('a')}?uid=1`,
    action: SECRET,
    on: DB,
    answer: 'no',
  },
  {
    title: 'the owners of a project, at a bucket',
    source: 'storage/docs/access-control/iam#convenience-values',
    records: [
      bind('projects/prod', 'roles/owner', [KIM]),
      bind(
        '//storage.googleapis.com/elsewhere',
        'roles/storage.objectViewer',
        ['projectOwner:prod'],
        undefined,
        'outside',
      ),
    ],
    action: GET,
    on: '//storage.googleapis.com/elsewhere',
    answer: 'yes',
  },
  {
    title: 'who is editor only is none of them',
    source: 'storage/docs/access-control/iam#convenience-values',
    records: [
      bind('projects/prod', 'roles/editor', [KIM]),
      bind(
        '//storage.googleapis.com/elsewhere',
        'roles/storage.objectViewer',
        ['projectOwner:prod'],
        undefined,
        'outside',
      ),
    ],
    action: GET,
    on: '//storage.googleapis.com/elsewhere',
    answer: 'no',
  },
  {
    title: 'capitals of an address say nothing',
    source: MEMBERS,
    records: [bind('projects/prod', 'roles/secretmanager.secretAccessor', ['user:Kim@Example.com'])],
    action: SECRET,
    on: DB,
    answer: 'yes',
  },
  {
    title: 'an account by its unique id',
    source: 'iam/docs/keys-list-get',
    records: [account('a'), bind('projects/prod', 'roles/iam.serviceAccountTokenCreator', [KIM])],
    action: 'iam.serviceAccounts.getAccessToken',
    on: '//iam.googleapis.com/projects/prod/serviceAccounts/a-id',
    answer: 'yes',
  },
  {
    title: 'token creator of a project covers its accounts',
    source: 'iam/docs/service-account-permissions',
    records: [account('a'), bind('projects/prod', 'roles/iam.serviceAccountTokenCreator', [KIM])],
    action: 'iam.serviceAccounts.getAccessToken',
    on: email('a'),
    answer: 'yes',
  },
  {
    title: 'of one account no other',
    source: 'iam/docs/service-account-permissions',
    records: [account('a'), account('b'), bind(email('a'), 'roles/iam.serviceAccountTokenCreator', [KIM])],
    action: 'iam.serviceAccounts.getAccessToken',
    on: email('b'),
    answer: 'no',
  },
  {
    title: 'a user of accounts has no tokens of them',
    source: 'iam/docs/service-account-permissions',
    records: [account('a'), bind('projects/prod', 'roles/iam.serviceAccountUser', [KIM])],
    action: 'iam.serviceAccounts.getAccessToken',
    on: email('a'),
    answer: 'no',
  },
  { title: 'who is not there can do nothing', source: MEMBERS, records: [], action: SECRET, on: DB, answer: 'no' },
];

test.each(ROWS.map((row) => [row.title, row] as const))('%s', async (_, { records, who, action, on, answer }) => {
  const found = ask(await organisationOf(...records), who ?? user('kim'), action, on);
  expect(kindOf(found)).toBe(answer);
});

test('says which binding and which definition', async () => {
  const inventory = await organisationOf(
    bind('projects/prod', 'projects/prod/roles/r', [KIM]),
    role('projects/prod/roles/r', [SECRET]),
  );
  const { evaluator } = await import('./organisation.ts');
  const found = evaluator.asker?.(inventory)(user('kim'), { action: SECRET, resource: DB });
  expect(found?.grants.map((id) => inventory.grants.get(id)?.via)).toEqual([
    ['binding:projects/prod/roles/r'],
    ['role:projects/prod/roles/r'],
  ]);
});

test('a version of a secret, and an object of a bucket, stand in these', async () => {
  const object = '//storage.googleapis.com/releases/objects/a/b.tar';
  const inventory = await organisationOf(reader(DB), bind(BUCKET, 'roles/storage.objectViewer', [KIM]));
  expect(ask(inventory, user('kim'), SECRET, `${DB}/versions/7`)).toBe('yes');
  expect(ask(inventory, user('kim'), GET, object)).toBe('yes');
  expect(ask(inventory, user('kim'), GET, object.replace('releases', 'other'))).toBe('no');
});

test('a project that nobody places may be in any folder, and under any deny rule', async () => {
  const alone = '//secretmanager.googleapis.com/projects/alone/secrets/x';
  const inherited = await organisationOf(reader('folders/20'));
  expect(ask(inherited, user('kim'), SECRET, alone)).toEqual({ if: [`${alone} is in folders/20`] });
  const denied = await organisationOf(
    reader('projects/alone'),
    deny('organizations/1', ['secretmanager.googleapis.com/*.*'], ['principalSet://goog/public:all']),
  );
  expect(kindOf(ask(denied, user('kim'), SECRET, alone))).toBe('if');
});

/** A member of a group, as the listing of that group has it. */
function membership(id: string, type = 'USER'): object {
  return { name: 'groups/1/memberships/1', preferredMemberKey: { id }, type, roles: [{ name: 'MEMBER' }] };
}

test.each<[string, string, 'yes' | 'no']>([
  ['a member of a group whose members were exported', 'kim@example.com', 'yes'],
  ['somebody else', 'lee@example.com', 'no'],
])('%s', async (_, address, answer) => {
  const inventory = await withGroups(
    [
      bind('projects/prod', 'roles/secretmanager.secretAccessor', ['group:ops@example.com']),
      bind('projects/prod', 'roles/browser', [KIM]),
    ],
    { 'ops@example.com': [membership(address)] },
  );
  expect(ask(inventory, user('kim'), SECRET, DB)).toBe(answer);
});

test('groups in groups, in a circle', async () => {
  const inventory = await withGroups(
    [bind('projects/prod', 'roles/secretmanager.secretAccessor', ['group:all@example.com'])],
    {
      'all@example.com': [membership('ops@example.com', 'GROUP')],
      'ops@example.com': [membership('kim@example.com'), membership('all@example.com', 'GROUP')],
    },
  );
  expect(ask(inventory, user('kim'), SECRET, DB)).toBe('yes');
});

async function withGroups(records: readonly object[], groups: Readonly<Record<string, readonly object[]>>) {
  const facts = [...(await factsOf(...records))];
  for (const [address, members] of Object.entries(groups)) {
    const scanned = await scanBytes(gcpScanner, `groups/${address}.json`, JSON.stringify(members));
    facts.push(...scanned.facts);
  }
  return joinInventory(mergeInventory(facts));
}

test('a pattern of permissions is never a certain yes', async () => {
  const inventory = await organisationOf(bind('projects/prod', 'roles/owner', [KIM]));
  expect(kindOf(ask(inventory, user('kim'), 'secretmanager.*', DB))).toBe('if');
  expect(kindOf(ask(inventory, user('kim'), 'iam.serviceAccounts.sign*', 'projects/outside'))).toBe('no');
});

function kindOf(answer: Answer): string {
  return typeof answer === 'string' ? answer : 'if';
}

test('a bucket is the same in the spelling of IAM and in that of inventories', async () => {
  const inventory = await organisationOf(bind('//storage.googleapis.com/wares', 'roles/storage.objectAdmin', [KIM]));
  for (const name of ['//storage.googleapis.com/wares', '//storage.googleapis.com/projects/_/buckets/wares']) {
    expect(ask(inventory, user('kim'), 'storage.objects.delete', name)).toBe('yes');
    expect(kindOf(ask(inventory, user('kim'), 'storage.objects.delete', `${name}2`))).not.toBe('yes');
  }
});

test('who was deleted can do nothing, not even what everybody can', async () => {
  const gone = 'deleted:user:gone@example.com?uid=1234';
  const inventory = await organisationOf(bind('projects/prod', 'roles/viewer', [gone, 'allUsers']));
  const deleted = [...inventory.principals.values()].filter(({ attributes }) => attributes?.deleted === true);
  expect(deleted).toHaveLength(1);
  for (const { id } of deleted) expect(ask(inventory, id, 'resourcemanager.projects.get', 'projects/prod')).toBe('no');
});
