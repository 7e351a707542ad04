import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { assetPath } from '../../src/assets.ts';
import type { DriftRow } from '../../src/drift/drift.ts';
import { buildAccessGraph } from '../../src/graph/access-graph.ts';
import { findingSubjects } from '../../src/graph/subjects.ts';
import { accessInput } from '../../src/issuer/access-input.ts';
import type { AuditEvent } from '../../src/model/audit-event.ts';
import type { EffectivePermissions } from '../../src/model/effective.ts';
import type { Location } from '../../src/model/location.ts';
import type { Usage } from '../../src/model/usage.ts';
import { credential, grant, inventoryOf, principal, secret, trust } from '../support/facts.ts';

const NOW = new Date('2026-03-01T00:00:00.000Z');
const AT = NOW.toISOString();

const LOCATION: Required<Location> = {
  path: 'deploy/settings',
  line: 3,
  column: 5,
  endColumn: 25,
  idLine: 2,
  encoding: 'base64',
  item: '#ops 1',
  commit: 'c1',
  author: 'a@example.com',
  date: AT,
  removedBy: 'c2',
};
const USAGE: Required<Usage> = {
  lastUsedAt: AT,
  never: false,
  service: 's3',
  region: 'eu-central-1',
  source: 'aws-credential-report',
  asOf: AT,
  confidence: 'medium',
};

const role = principal('aws', 'role', 'arn:aws:iam::111122223333:role/admin');
const user = principal('aws', 'user', 'arn:aws:iam::111122223333:user/ci', {
  aliases: ['AIDAEXAMPLE'],
  owner: { value: 'shop', source: 'tag', location: LOCATION },
  environment: 'production',
  thirdParty: false,
  createdAt: AT,
  enabled: true,
  usage: USAGE,
  attributes: { path: '/' },
  locations: [LOCATION],
});
const key = credential('aws', 'access-key', 'AKIAEXAMPLEEXAMPLE01', user, {
  createdAt: AT,
  expiresAt: AT,
  expiryUnknown: true,
  usage: USAGE,
  join: { by: 'id', confidence: 'high' },
  attributes: { serial: 1 },
});
const leaked = secret('leaked', {
  hint: 'AKIA…LE01',
  platform: 'aws',
  credentialNativeId: key.nativeId,
  facts: { account_id: '111122223333' },
});
const effective: EffectivePermissions = {
  principal: user.id,
  admin: { if: ['mfa'] },
  privileges: [{ id: 'iam-write', answer: 'yes', what: 'iam:*', grants: ['grant:1'] }],
  escalations: [{ id: 'assume-role', answer: 'yes', target: role.id, uses: ['sts:AssumeRole'], evidence: [] }],
  federation: [{ trust: 'trust:1', issuer: 'example.com', verdict: 'exact', audience: true, subjects: ['a'] }],
  unseen: ['organization policies'],
};

const inventory = inventoryOf({
  principals: [user, role],
  credentials: [key],
  secrets: [leaked],
  grants: [
    grant(user, [], {
      notActions: ['iam:*'],
      notResources: ['arn:aws:s3:::audit'],
      resourceNames: ['a'],
      condition: { Bool: { 'aws:SecureTransport': 'true' } },
      unknownContent: false,
      locations: [LOCATION],
    }),
  ],
  trusts: [
    trust(user, { kind: 'principal', id: role.id }, 'assume', { condition: {}, locations: [LOCATION] }),
    trust(user, { kind: 'account', value: '111122223333' }, 'assume'),
    trust(user, { kind: 'federated', issuer: 'example.com' }, 'assume'),
    trust(user, { kind: 'anyone' }, 'assume'),
  ],
});
const subjects = [
  ...findingSubjects(
    buildAccessGraph(
      inventory,
      new Map([
        [user.id, effective],
        [role.id, { ...effective, principal: role.id, admin: 'yes' as const, escalations: [] }],
      ]),
    ),
    NOW,
  ),
];

const ACCESS = accessInput(
  {
    id: 'req_1',
    requester: { kind: 'workload', issuer: 'https://ci.example.com', subject: 'a', owners: [], claims: { run: 1 } },
    detail: { type: 'db_credential', target: 'db', actions: ['read'], resources: [], duration: 60, reason: 'x' },
    sourceIp: '10.1.2.3',
    target: {
      id: 'db',
      type: 'postgres',
      environment: 'production',
      labels: {},
      principals: ['aws:role:a'],
      maxSeconds: 60,
    },
    risk: { requester_admin: 'no', requester_findings: [], target_admin: { if: ['mfa'] }, target_findings: [] },
    history: {
      recent_requests: 0,
      recent_denials: 0,
      first_use: true,
      earlier: {
        uses: 1,
        last_at: AT,
        sources: ['10.1.2.3'],
        hours: Array.from({ length: 24 }, () => 0),
        actions: ['read'],
      },
      held: [{ target: 'db', actions: ['read'], expires_at: AT }],
    },
    approvals: [{ approver: 'alice', groups: ['dba'] }],
  },
  NOW,
);

const EVENT: Omit<AuditEvent, 'prevHash' | 'hash'> = {
  chain: 'daemon',
  seq: 1,
  at: AT,
  event: 'static_key.refused',
  actor: 'static-key:unknown',
  target: 'db',
  request: 'req_1',
  lease: 'lse_1',
  detail: { reason: 'unknown' },
};
const ALERT = { now: AT, event: EVENT, history: { repeats: 1, earlier_leases: 0, requesting_people: ['alice'] } };

const ROW: DriftRow = {
  kind: 'changed',
  entity: 'credential',
  id: key.id,
  name: 'aws access-key',
  fields: [{ field: 'status', before: 'inactive', after: 'active', minor: false }],
  body: {},
  minor: false,
  firstSeen: AT,
  since: AT,
  lastSeen: AT,
  sources: ['aws:export'],
  severity: 'high',
  location: LOCATION,
};
const DRIFT = { now: AT, row: ROW };

describe('schemas of the inputs', () => {
  it.each(subjects)('finding-input.json describes what the graph hands over: $type', (subject) => {
    expectValid('finding-input', asJson(subject));
  });

  it('covers principals with everything, and secrets with what they match', () => {
    expect(subjects.map(({ type }) => type)).toEqual(['principal', 'principal', 'secret']);
    expect(subjects[1]).toMatchObject({ credentials: [{}], grants: [{}], trusts_in: [{}, {}, {}, {}], paths: [{}] });
    expect(subjects[2]).toMatchObject({ credential: { id: key.id }, paths: [{}] });
  });

  it.each([
    ['access-input', ACCESS],
    ['alert-input', ALERT],
    ['drift-input', DRIFT],
  ])('%s.json describes what policy is asked', (name, input) => {
    expectValid(name, asJson(input));
  });

  it.each([
    ['finding-input', subjects[1]],
    ['finding-input', subjects[2]],
    ['access-input', ACCESS],
    ['alert-input', ALERT],
    ['drift-input', DRIFT],
  ])('%s.json takes no member that it does not know, at any depth', (name, input) => {
    const validate = validator(name);
    for (const changed of withOneMore(asJson(input))) {
      if (validate(changed.value)) expect(OPEN, `${name}: ${changed.path}`).toContain(changed.path.split('/').at(-1));
    }
  });
});

/** Members that the platform or the user fills as it likes. */
const OPEN = ['attributes', 'facts', 'condition', 'Bool', 'claims', 'labels', 'detail', 'body', 'before', 'after'];

function validator(name: string): ValidateFunction {
  const ajv = new Ajv({ strict: true, allErrors: true });
  formats.default(ajv);
  return ajv.compile(JSON.parse(readFileSync(assetPath('schemas', `${name}.json`), 'utf8')));
}

function expectValid(name: string, input: unknown): void {
  const validate = validator(name);
  validate(input);
  expect(validate.errors ?? []).toEqual([]);
}

/** As it crosses to a policy: what is undefined is not there. */
function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** Copies of a document, each with one member too many in another of its objects. */
function* withOneMore(value: unknown, path = ''): Generator<{ value: unknown; path: string }> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield { value: { ...value, misspelt: 1 }, path };
  for (const [key, member] of Object.entries(value)) {
    for (const changed of withOneMore(member, `${path}/${key}`)) {
      const copy: unknown = Array.isArray(value)
        ? value.map((item, index) => (String(index) === key ? changed.value : item))
        : { ...value, [key]: changed.value };
      yield { value: copy, path: changed.path };
    }
  }
}
