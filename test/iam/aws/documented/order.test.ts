import { describe } from 'vitest';
import { arnOf } from '../account.ts';
import { type Row, rows } from './world.ts';

const LOGIC = 'reference_policies_evaluation-logic.html';
const DENY = 'reference_policies_evaluation-logic_AccessPolicyLanguage_Interplay.html';
const SINGLE = 'reference_policies_evaluation-logic_policy-eval-basics-single-account.html';
const BOUNDARY = 'access_policies_boundaries.html';
const SESSION = 'access_policies.html';
const ROOT = 'id_root-user.html';
const ALLOW = { Action: 's3:GetObject' };
const NO = { Effect: 'Deny', Action: 's3:GetObject' } as const;
const TRUE = { StringEquals: { 'aws:username': 'ci' } };
const FALSE = { StringEquals: { 'aws:username': 'somebody else' } };
const UNKNOWN = { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } };

const LIST: readonly Row[] = [
  { title: 'nothing allows: implicit deny', source: DENY, world: {}, expected: 'no' },
  { title: 'an Allow', source: DENY, world: { policies: [ALLOW] }, expected: 'yes' },
  { title: 'a Deny without an Allow', source: DENY, world: { policies: [NO] }, expected: 'no' },
  { title: 'an explicit Deny beats an Allow', source: DENY, world: { policies: [ALLOW, NO] }, expected: 'no' },
  { title: 'whatever comes first', source: DENY, world: { policies: [NO, ALLOW] }, expected: 'no' },
  {
    title: 'a Deny in another policy',
    source: LOGIC,
    world: {
      policies: [
        { ...ALLOW, policy: 'a' },
        { ...NO, policy: 'b' },
      ],
    },
    expected: 'no',
  },
  { title: 'an Allow of a group', source: SINGLE, world: { group: [ALLOW] }, expected: 'yes' },
  { title: 'a Deny of a group', source: SINGLE, world: { policies: [ALLOW], group: [NO] }, expected: 'no' },
  {
    title: 'a condition that holds',
    source: 'reference_policies_elements_condition.html',
    world: { policies: [{ ...ALLOW, Condition: TRUE }] },
    expected: 'yes',
  },
  {
    title: 'a condition that does not',
    source: 'reference_policies_elements_condition.html',
    world: { policies: [{ ...ALLOW, Condition: FALSE }] },
    expected: 'no',
  },
  {
    title: 'a condition on what only a request has',
    source: 'reference_policies_elements_condition.html',
    world: { policies: [{ ...ALLOW, Condition: UNKNOWN }] },
    expected: { if: 'aws:SourceIp' },
  },
  {
    title: 'a Deny on what only a request has',
    source: 'reference_policies_elements_condition.html',
    world: { policies: [ALLOW, { ...NO, Condition: UNKNOWN }] },
    expected: { if: 'not (IpAddress' },
  },
  {
    title: 'a Deny whose condition does not hold',
    source: 'reference_policies_elements_condition.html',
    world: { policies: [ALLOW, { ...NO, Condition: FALSE }] },
    expected: 'yes',
  },

  // Boundaries.
  {
    title: 'a boundary that allows the same',
    source: BOUNDARY,
    world: { policies: [ALLOW, { ...ALLOW, boundary: true }] },
    expected: 'yes',
  },
  {
    title: 'a boundary that allows something else',
    source: BOUNDARY,
    world: { policies: [ALLOW, { Action: 'ec2:*', boundary: true }] },
    expected: 'no',
  },
  {
    title: 'a boundary alone gives nothing',
    source: BOUNDARY,
    world: { policies: [{ Action: '*', boundary: true }] },
    expected: 'no',
  },
  {
    title: 'a Deny in a boundary',
    source: BOUNDARY,
    world: { policies: [ALLOW, { Action: '*', boundary: true }, { ...NO, boundary: true }] },
    expected: 'no',
  },
  {
    title: 'a boundary bounds what groups give',
    source: BOUNDARY,
    world: { policies: [{ Action: 'ec2:*', boundary: true }], group: [ALLOW] },
    expected: 'no',
  },
  {
    title: 'a boundary by NotAction',
    source: BOUNDARY,
    world: { policies: [ALLOW, { NotAction: 'iam:*', boundary: true }] },
    expected: 'yes',
  },
  {
    title: 'a boundary for other resources',
    source: BOUNDARY,
    world: { policies: [ALLOW, { Action: '*', Resource: 'arn:aws:s3:::other/*', boundary: true }] },
    expected: 'no',
  },
  {
    title: 'a boundary that was not read',
    source: BOUNDARY,
    world: { policies: [ALLOW, { boundary: true, unread: true, policy: 'b' }] },
    expected: { if: 'policy:b' },
  },
  {
    title: 'a boundary of a role',
    source: BOUNDARY,
    world: { caller: 'role', policies: [ALLOW, { Action: 'ec2:*', boundary: true }] },
    expected: 'no',
  },

  // Session policies.
  {
    title: 'a session policy that allows the same',
    source: SESSION,
    world: { caller: 'role', policies: [ALLOW, { ...ALLOW, session: true }] },
    expected: 'yes',
  },
  {
    title: 'a session policy that allows something else',
    source: SESSION,
    world: { caller: 'role', policies: [ALLOW, { Action: 'ec2:*', session: true }] },
    expected: 'no',
  },
  {
    title: 'a session policy gives nothing',
    source: SESSION,
    world: { caller: 'role', policies: [{ Action: '*', session: true }] },
    expected: 'no',
  },
  {
    title: 'a Deny in a session policy',
    source: SESSION,
    world: { caller: 'role', policies: [ALLOW, { Action: '*', session: true }, { ...NO, session: true }] },
    expected: 'no',
  },
  {
    title: 'identity, boundary and session must all allow',
    source: SINGLE,
    world: {
      caller: 'role',
      policies: [ALLOW, { Action: 's3:*', boundary: true }, { Action: 's3:Get*', session: true }],
    },
    expected: 'yes',
  },
  {
    title: 'and none of the three may be missing it',
    source: SINGLE,
    world: {
      caller: 'role',
      policies: [ALLOW, { Action: 's3:*', boundary: true }, { Action: 's3:List*', session: true }],
    },
    expected: 'no',
  },

  // The root user.
  { title: 'the root user needs no policy', source: ROOT, world: { caller: 'root' }, expected: 'yes' },

  // What was not read.
  {
    title: 'a policy without its document',
    source: LOGIC,
    world: { policies: [{ unread: true, policy: arnOf('policy', 'x') }] },
    expected: { if: 'not read' },
  },
  {
    title: 'a policy without its document beside an Allow',
    source: LOGIC,
    world: { policies: [ALLOW, { unread: true, policy: arnOf('policy', 'x') }] },
    expected: 'yes',
  },
  {
    title: 'a policy without its document beside a Deny',
    source: LOGIC,
    world: { policies: [NO, { unread: true, policy: arnOf('policy', 'x') }] },
    expected: 'no',
  },
];

describe('the order of evaluation', () => rows(LIST));
