import { expect, it } from 'vitest';
import type { Answer } from '../../../../src/model/answer.ts';
import type { Fact } from '../../../../src/model/fact.ts';
import type { Inventory } from '../../../../src/model/inventory.ts';
import { mergeInventory } from '../../../../src/model/merge-inventory.ts';
import type { Principal } from '../../../../src/model/principal.ts';
import type { Trust } from '../../../../src/model/trust.ts';
import { grant, principal, trust } from '../../../support/facts.ts';
import {
  ACCOUNT,
  canDo,
  grantOf,
  group,
  type Holder,
  listOf,
  membership,
  OTHER_ACCOUNT,
  role,
  subjectOf,
  user,
  type Written,
} from '../account.ts';

/** A statement of a resource policy: who is named as in `subjectOf`, or as a session of a role. */
export interface ResourceWritten extends Written {
  readonly Principal?: string | readonly string[];
  readonly NotPrincipal?: string | readonly string[];
}

/** The policies of one level of an organization; `full` is FullAWSAccess. */
export type Level = readonly ('full' | readonly Written[])[];

/** What there is. The caller is `ci`, of account 111122223333. */
export interface World {
  /** A user, if nothing else is said. */
  readonly caller?: 'user' | 'role' | 'root' | 'service-linked';
  readonly policies?: readonly Written[];
  /** Policies of a group that the caller is in. */
  readonly group?: readonly Written[];
  /** Service control policies of root, unit and account; with `resource`, of the caller's account. */
  readonly scp?: readonly [root: Level, unit: Level, account: Level];
  readonly rcp?: readonly Written[];
  /** The caller's account manages the organization. */
  readonly manages?: true;
  readonly resource?: {
    readonly arn: string;
    /** Where the ARN does not say. */
    readonly account?: string;
    readonly policy: readonly ResourceWritten[];
  };
  readonly others?: readonly Holder[];
  readonly tags?: Readonly<Record<string, string>>;
  readonly aliases?: readonly string[];
}

export const OBJECT = 'arn:aws:s3:::reports/2026.csv';
export const KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/11111111-2222-3333-4444-555555555555`;
export const QUEUE = `arn:aws:sqs:eu-west-1:${ACCOUNT}:jobs`;
export const FOREIGN_QUEUE = `arn:aws:sqs:eu-west-1:${OTHER_ACCOUNT}:jobs`;

/** One row: what AWS documents where, in a world, for a question. */
export interface Row {
  readonly title: string;
  /** Page of the AWS documentation that says so. */
  readonly source: string;
  readonly world: World;
  readonly ask?: readonly [action: string, resource?: string];
  /** `if`: under some condition; a text: under one that says so. */
  readonly expected: 'yes' | 'no' | 'if' | { readonly if: string };
}

/** Asks every row, `s3:GetObject` on an object where it asks nothing else. */
export function rows(list: readonly Row[]): void {
  it.each(list.map((row) => [row.title, row.source, row] as const))('%s (%s)', (_, _source, row) => {
    const [action, resource] = row.ask ?? ['s3:GetObject', OBJECT];
    const { inventory, caller } = build(row.world);
    const { answer } = canDo(inventory, caller.id, action, resource);
    expect(matches(answer, row.expected), JSON.stringify(answer)).toBe(true);
  });
  it('names a page for every row', () => {
    for (const { source } of list) expect(source).toMatch(/^[a-z]+[\w/-]*\.html$|^[\w.-]+\/[\w.-]+#\d+$/i);
  });
}

function matches(answer: Answer, expected: Row['expected']): boolean {
  if (expected === 'yes' || expected === 'no') return answer === expected;
  if (typeof answer === 'string') return false;
  return expected === 'if' || answer.if.some((condition) => condition.includes(expected.if));
}

export function build(world: World): { readonly inventory: Inventory; readonly caller: Principal } {
  const { policies = [], others = [] } = world;
  const who = callerOf(world, policies);
  const team = group('team', world.group ?? []);
  const facts: Fact[] = [];
  for (const holder of [who, ...(world.group === undefined ? [] : [team]), ...others]) {
    facts.push({ kind: 'principal', body: holder.principal });
    for (const body of holder.grants) facts.push({ kind: 'grant', body });
    for (const body of holder.trusts) facts.push({ kind: 'trust', body });
  }
  if (world.group !== undefined) facts.push({ kind: 'trust', body: membership(who, team) });
  facts.push(...organizationFacts(world), ...resourceFacts(world));
  return { inventory: mergeInventory(facts), caller: who.principal };
}

function callerOf({ caller = 'user', tags, aliases }: World, policies: readonly Written[]): Holder {
  const rest = {
    ...(tags === undefined ? {} : { attributes: { tags } }),
    ...(aliases === undefined ? {} : { aliases }),
  };
  if (caller === 'user') return user('ci', policies, rest);
  if (caller === 'role') return role('ci', policies, [], rest);
  if (caller === 'service-linked') return role('aws-service-role/x.amazonaws.com/ci', policies, [], rest);
  const made = principal('aws', 'root', `arn:aws:iam::${ACCOUNT}:root`, { scope: [ACCOUNT] });
  return { principal: made, grants: [], trusts: [] };
}

const ORGANIZATION = { organization: 'o-exampleorg1' };

function organizationFacts({ scp, rcp, manages }: World): readonly Fact[] {
  if (scp === undefined && rcp === undefined && manages === undefined) return [];
  const management = manages === true ? ACCOUNT : '999988887777';
  const attributes = { ...ORGANIZATION, management_account: management, scp_seen: true, rcp_seen: true };
  const [root, unit, account, other] = [
    principal('aws', 'organization-root', 'r-ex01', { attributes }),
    principal('aws', 'organizational-unit', 'ou-ex01-workload1', { attributes }),
    principal('aws', 'account', ACCOUNT, { attributes }),
    principal('aws', 'account', OTHER_ACCOUNT, { attributes }),
  ];
  const under = (child: Principal, parent: Principal) => relation(parent, child, 'child-of');
  const facts: Fact[] = [root, unit, account, other].map((body) => ({ kind: 'principal', body }));
  facts.push(under(account, unit), under(unit, root), under(other, root));
  for (const [at, target] of [root, unit, account].entries()) {
    for (const [index, policy] of (scp?.[at] ?? ['full' as const]).entries()) {
      const id = policy === 'full' ? 'p-FullAWSAccess' : `p-${target.nativeId}-${index}`;
      facts.push(...policyFacts(id, 'SERVICE_CONTROL_POLICY', target, policy === 'full' ? [] : policy));
    }
  }
  if (rcp !== undefined) facts.push(...policyFacts('p-rcp', 'RESOURCE_CONTROL_POLICY', root, rcp));
  return facts;
}

function policyFacts(id: string, type: string, target: Principal, statements: readonly Written[]): readonly Fact[] {
  const made = principal('aws', 'organization-policy', id, {
    attributes: { ...ORGANIZATION, type, content_seen: statements.length > 0 },
  });
  const kind = type === 'SERVICE_CONTROL_POLICY' ? 'scp' : 'rcp';
  return [
    { kind: 'principal', body: made },
    relation(made, target, 'attached-to'),
    ...statements.map((written): Fact => ({ kind: 'grant', body: { ...grantOf(made, written), role: kind } })),
  ];
}

function relation(to: Principal, from: Principal, how: string): Fact {
  return { kind: 'trust', body: trust(to, { kind: 'principal', id: from.id }, how) };
}

function resourceFacts({ resource }: World): readonly Fact[] {
  if (resource === undefined) return [];
  const { arn, account, policy } = resource;
  const made = principal('aws', 'resource', arn, {
    attributes: { policy_seen: true, ...(account === undefined ? {} : { account }) },
  });
  const grants = policy.map((written): Fact => {
    const { Principal: to, NotPrincipal: allBut } = written;
    const { locations: _, id: _id, ...content } = grantOf(made, { Resource: '*', ...written });
    const named = {
      ...(to === undefined ? {} : { subjects: listOf(to).map(whoIs) }),
      ...(allBut === undefined ? {} : { notSubjects: listOf(allBut).map(whoIs) }),
    };
    return { kind: 'grant', body: grant(made, content.actions, { ...content, ...named, role: 'resource' }) };
  });
  return [{ kind: 'principal', body: made }, ...grants];
}

/** A session of a role is the role, and the name of the session. */
function whoIs(who: string): Trust['subject'] {
  const [, account, name, session] = /^arn:aws:sts::(\d{12}):assumed-role\/([^/]+)\/(.+)$/.exec(who) ?? [];
  if (account === undefined || session === undefined) return subjectOf(who);
  return { kind: 'principal', id: `aws:role:arn:aws:iam::${account}:role/${name}`, session };
}
