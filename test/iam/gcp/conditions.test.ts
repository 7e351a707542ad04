import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCel } from '../../../src/iam/gcp/cel.ts';
import { type Circumstance, conditionAnswer } from '../../../src/iam/gcp/condition.ts';
import { matchesDenied } from '../../../src/iam/gcp/denial.ts';
import { circumstanceOf } from '../../../src/iam/gcp/resource-type.ts';

const NOW = new Date('2026-01-02T03:04:05Z');
const BUCKET: Circumstance = {
  now: NOW,
  service: 'storage.googleapis.com',
  type: 'storage.googleapis.com/Bucket',
  names: ['projects/_/buckets/releases'],
};

/** Sources: IAM documentation, Conditions overview and Attribute reference; Common Expression Language specification. */
const ROWS: readonly [string, 'yes' | 'no' | 'if'][] = [
  ['true', 'yes'],
  ['false', 'no'],
  ['!false', 'yes'],
  ['!!false', 'no'],
  ['request.time < timestamp("2026-06-30T00:00:00Z")', 'yes'],
  ['request.time < timestamp("2025-06-30T00:00:00.000+02:00")', 'no'],
  ['timestamp("2025-06-30T00:00:00Z") <= request.time', 'yes'],
  ['timestamp("2027-01-01T00:00:00Z") < request.time', 'no'],
  ['request.time > timestamp("2026-01-01T00:00:00Z") && request.time < timestamp("2026-02-01T00:00:00Z")', 'yes'],
  ['request.time == timestamp("2026-01-02T03:04:05Z")', 'if'],
  ['request.time < timestamp("soon")', 'if'],
  ['request.time < timestamp("2026-06-30T00:00:00Z") + duration("1h")', 'if'],
  ['request.time.getDayOfWeek("Europe/Berlin") == 1', 'if'],
  ['resource.type == "storage.googleapis.com/Bucket"', 'yes'],
  ["resource.type == 'storage.googleapis.com/Object'", 'no'],
  ['"storage.googleapis.com/Object" != resource.type', 'yes'],
  ['resource.service == "storage.googleapis.com"', 'yes'],
  ['resource.type.startsWith("storage.")', 'yes'],
  ['resource.name == "projects/_/buckets/releases"', 'yes'],
  ['resource.name.startsWith("projects/_/buckets/rel")', 'yes'],
  ['resource.name.startsWith("projects/_/buckets/other")', 'no'],
  ['resource.name.endsWith("/releases")', 'yes'],
  ['resource.name.contains("rel")', 'if'],
  ['resource.name.extract("buckets/{name}") == "releases"', 'if'],
  ['resource.name in ["projects/_/buckets/releases", "x"]', 'yes'],
  ['resource.name in ["x"]', 'no'],
  ['resource.name in [resource.type]', 'if'],
  ['resource.matchTag("1/env", "prod")', 'if'],
  ['!resource.matchTag("1/env", "prod")', 'if'],
  ['false && resource.matchTag("1/env", "prod")', 'no'],
  ['resource.matchTag("1/env", "prod") && false', 'no'],
  ['true && resource.matchTag("1/env", "prod")', 'if'],
  ['true || resource.matchTag("1/env", "prod")', 'yes'],
  ['false || resource.matchTag("1/env", "prod")', 'if'],
  ['(true || false) && !(resource.type == "x")', 'yes'],
  ['api.getAttribute("iam.googleapis.com/modifiedGrantsByRole", []).hasOnly(["roles/viewer"])', 'if'],
  ['request.auth.access_levels.size() > 0', 'if'],
  ['resource.type == "a" ? true : false', 'if'],
  ['// a comment\ntrue', 'yes'],
  ['r"\\d" == "x"', 'if'],
  ['resource.type ==', 'if'],
  ['"unfinished', 'if'],
  ['', 'if'],
  ['1 < 2', 'if'],
];

test.each(ROWS)('%s → %s', (expression, expected) => {
  expect(kindOf(conditionAnswer({ expression }, BUCKET))).toBe(expected);
});

test('no condition holds, and one that is not read is named', () => {
  expect(conditionAnswer(undefined, BUCKET)).toBe('yes');
  expect(conditionAnswer({ expression: ' x.y() ' }, BUCKET)).toEqual({ if: ['x.y()'] });
});

test('what can be called several things is decided only where all of them agree', () => {
  const either: Circumstance = { ...BUCKET, names: ['projects/acme/secrets/a', 'projects/300/secrets/a'] };
  expect(kindOf(conditionAnswer({ expression: 'resource.name.startsWith("projects/acme/")' }, either))).toBe('if');
  expect(kindOf(conditionAnswer({ expression: 'resource.name.endsWith("/a")' }, either))).toBe('yes');
  expect(kindOf(conditionAnswer({ expression: 'resource.name.endsWith("/b")' }, either))).toBe('no');
});

describe('names of resources in conditions', () => {
  test.each<[string, string, readonly string[], readonly string[] | undefined]>([
    ['storage.buckets.get', '//storage.googleapis.com/b', [], ['projects/_/buckets/b']],
    ['storage.objects.get', '//storage.googleapis.com/b/objects/a/c', [], ['projects/_/buckets/b/objects/a/c']],
    ['secretmanager.versions.access', '//secretmanager.googleapis.com/projects/p/secrets/s', [], undefined],
    [
      'secretmanager.versions.access',
      '//secretmanager.googleapis.com/projects/p/secrets/s',
      ['3'],
      ['projects/p/secrets/s', 'projects/3/secrets/s'],
    ],
    [
      'resourcemanager.folders.get',
      'folders/20',
      [],
      ['folders/20', '//cloudresourcemanager.googleapis.com/folders/20'],
    ],
    ['iam.serviceAccounts.actAs', 'serviceAccounts/a@p.iam.gserviceaccount.com', [], undefined],
  ])('%s on %s', (permission, node, otherNames, names) => {
    expect(circumstanceOf(permission, NOW, node, otherNames).names).toEqual(names);
  });
});

/** Source: IAM documentation, Permissions supported in deny policies. */
test.each<[string, string, boolean]>([
  ['iam.googleapis.com/roles.update', 'iam.roles.update', true],
  ['iam.googleapis.com/roles.*', 'iam.roles.update', true],
  ['iam.googleapis.com/*.update', 'iam.roles.update', true],
  ['iam.googleapis.com/*.*', 'iam.roles.update', true],
  ['iam.googleapis.com/roles.*', 'iam.serviceAccounts.update', false],
  ['storage.googleapis.com/*.*', 'iam.roles.update', false],
  ['cloudresourcemanager.googleapis.com/projects.setIamPolicy', 'resourcemanager.projects.setIamPolicy', true],
  ['resourcemanager.googleapis.com/projects.setIamPolicy', 'resourcemanager.projects.setIamPolicy', true],
  ['iam.googleapis.com/workloadIdentityPools.create', 'iam.googleapis.com/workloadIdentityPools.create', true],
  ['iam.googleapis.com/serviceaccounts.actAs', 'iam.serviceAccounts.actAs', false],
])('%s denies %s: %s', (pattern, permission, expected) => {
  expect(matchesDenied(pattern, permission)).toBe(expected);
});

test('any text is read to an end', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => {
      parseCel(text);
      conditionAnswer({ expression: text }, BUCKET);
    }),
  );
  expect(parseCel('('.repeat(20_000))).toBeUndefined();
  expect(parseCel(`${'!'.repeat(4_000)}true`)).toBeDefined();
  expect(parseCel('a.'.repeat(10_000))).toBeUndefined();
});

function kindOf(answer: ReturnType<typeof conditionAnswer>): string {
  return typeof answer === 'string' ? answer : 'if';
}
