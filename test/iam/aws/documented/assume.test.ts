import { describe } from 'vitest';
import { ACCOUNT, arnOf, OTHER_ACCOUNT, role } from '../account.ts';
import { type Level, type Row, rows, type World } from './world.ts';

const TRUST = 'id_roles_update-role-trust-policy.html';
const LOGIC = 'reference_policies_evaluation-logic.html';
const CROSS = 'reference_policies_evaluation-logic-cross-account.html';
const PRINCIPAL = 'reference_policies_elements_principal.html';
const EXTERNAL = 'id_roles_common-scenarios_third-party.html';
const CHAIN = 'id_roles.html';
const ASSUME = { Action: 'sts:AssumeRole' };
const ME = arnOf('user', 'ci');
const FULL: Level = ['full'];
type Admits = Parameters<typeof role>[2];

const worker = (admits: Admits, account = ACCOUNT) => role('worker', [], admits, { scope: [account] });
const home = (title: string, source: string, world: World, admits: Admits, expected: Row['expected']): Row => ({
  title,
  source,
  world: { ...world, others: [worker(admits)] },
  ask: ['sts:AssumeRole', arnOf('role', 'worker')],
  expected,
});
const abroad = (title: string, source: string, world: World, admits: Admits, expected: Row['expected']): Row => ({
  ...home(title, source, world, admits, expected),
  world: { ...world, others: [worker(admits, OTHER_ACCOUNT)] },
  ask: ['sts:AssumeRole', arnOf('role', 'worker', OTHER_ACCOUNT)],
});
const own = { policies: [ASSUME] };

describe('assuming a role', () =>
  rows([
    home('the trust names the user: enough in one account', LOGIC, {}, [ME], 'yes'),
    home('the trust names the account: the user needs a policy', TRUST, {}, [ACCOUNT], 'no'),
    home('and has one', TRUST, own, [ACCOUNT], 'yes'),
    home('a policy alone', TRUST, own, [], 'if'),
    home('a trust of somebody else', TRUST, own, [arnOf('user', 'other')], 'no'),
    home('a trust of a service', TRUST, own, ['ec2.amazonaws.com'], 'no'),
    home('a trust of another account', TRUST, own, [OTHER_ACCOUNT], 'no'),
    home('a trust of anybody', PRINCIPAL, {}, ['*'], 'yes'),
    home('a Deny of the caller', LOGIC, { policies: [{ ...ASSUME, Effect: 'Deny' }] }, [ME], 'no'),
    home('a Deny of the trust', LOGIC, own, [ACCOUNT, { subject: { kind: 'anyone' }, effect: 'deny' }], 'no'),
    home(
      'a Deny of the trust for another',
      LOGIC,
      own,
      [ACCOUNT, { subject: { kind: 'account', value: OTHER_ACCOUNT }, effect: 'deny' }],
      'yes',
    ),
    home(
      'a boundary does not cut a user that is named',
      LOGIC,
      { policies: [{ Action: 's3:*', boundary: true }] },
      [ME],
      'yes',
    ),
    home(
      'but cuts what its policy gives',
      LOGIC,
      { policies: [ASSUME, { Action: 's3:*', boundary: true }] },
      [ACCOUNT],
      'no',
    ),
    home(
      'a boundary cuts a role that is named',
      LOGIC,
      { caller: 'role', policies: [{ Action: 's3:*', boundary: true }] },
      [arnOf('role', 'ci')],
      'no',
    ),
    home('a role that is named', CHAIN, { caller: 'role' }, [arnOf('role', 'ci')], 'yes'),
    home(
      'an external id depends on the request',
      EXTERNAL,
      own,
      [{ subject: { kind: 'account', value: ACCOUNT }, condition: { StringEquals: { 'sts:ExternalId': 'x' } } }],
      { if: 'sts:ExternalId' },
    ),
    home(
      'a trust by the ARN of the caller',
      TRUST,
      own,
      [
        {
          subject: { kind: 'account', value: ACCOUNT },
          condition: { ArnLike: { 'aws:PrincipalArn': arnOf('user', 'c*') } },
        },
      ],
      'yes',
    ),
    home(
      'a trust by the ARN of another',
      TRUST,
      own,
      [
        {
          subject: { kind: 'account', value: ACCOUNT },
          condition: { ArnLike: { 'aws:PrincipalArn': arnOf('user', 'x*') } },
        },
      ],
      'no',
    ),
    home(
      'a trust that names a session',
      PRINCIPAL,
      { caller: 'role' },
      [{ subject: { kind: 'principal', id: `aws:role:${arnOf('role', 'ci')}`, session: 'night' } }],
      { if: 'the session is called night' },
    ),
    home('a deleted user is nobody', PRINCIPAL, own, ['AIDAEXAMPLEDELETED01'], 'no'),
    home(
      'the organization forbids it',
      'orgs_manage_policies_scps.html',
      { scp: [['full', [{ ...ASSUME, Effect: 'Deny' }]], FULL, FULL] },
      [ME],
      'no',
    ),
    home(
      'the organization’s list does not have it',
      'orgs_manage_policies_scps.html',
      { scp: [FULL, [[{ Action: 's3:*' }]], FULL] },
      [ME],
      'no',
    ),
    abroad('across accounts the trust alone is not enough', CROSS, {}, [ME], 'no'),
    abroad('nor is the policy', CROSS, own, [arnOf('user', 'other')], 'no'),
    abroad('both', CROSS, own, [ME], 'yes'),
    abroad('both, by account', CROSS, own, [ACCOUNT], 'yes'),
    abroad('anybody does not replace the policy', CROSS, {}, ['*'], 'no'),
    abroad(
      'anybody of this organization',
      CROSS,
      { ...own, scp: [FULL, FULL, FULL] },
      [{ subject: { kind: 'anyone' }, condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorg1' } } }],
      'yes',
    ),
    abroad(
      'anybody of another organization',
      CROSS,
      { ...own, scp: [FULL, FULL, FULL] },
      [{ subject: { kind: 'anyone' }, condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-other' } } }],
      'no',
    ),
    {
      title: 'a role that nobody listed',
      source: TRUST,
      world: own,
      ask: ['sts:AssumeRole', arnOf('role', 'unlisted')],
      expected: { if: 'trust policy' },
    },
    {
      title: 'every role',
      source: TRUST,
      world: own,
      ask: ['sts:AssumeRole', '*'],
      expected: { if: 'trust policies' },
    },
  ]));
