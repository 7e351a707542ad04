import { awsEvaluator } from '../../../src/iam/aws/evaluator.ts';
import type { AccessAnswer } from '../../../src/iam/evaluator.ts';
import type { Credential } from '../../../src/model/credential.ts';
import type { Grant } from '../../../src/model/grant.ts';
import type { Inventory } from '../../../src/model/inventory.ts';
import type { Json } from '../../../src/model/json.ts';
import type { Principal } from '../../../src/model/principal.ts';
import type { Trust } from '../../../src/model/trust.ts';
import { grant, inventoryOf, principal, trust } from '../../support/facts.ts';

export const ACCOUNT = '111122223333';
export const OTHER_ACCOUNT = '444455556666';

/** A statement as policies write it, and where it stands. */
export interface Written {
  readonly Effect?: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Json;
  readonly boundary?: true;
  /** Of a session's own policies. */
  readonly session?: true;
  /** Name of an inline policy or ARN of a managed one; `inline` otherwise. */
  readonly policy?: string;
  /** The document is not in the inventory. */
  readonly unread?: true;
}

export interface Holder {
  readonly principal: Principal;
  readonly grants: readonly Grant[];
  readonly trusts: readonly Trust[];
}

export function arnOf(kind: 'user' | 'role' | 'group' | 'policy', name: string, account = ACCOUNT): string {
  return `arn:aws:iam::${account}:${kind}/${name}`;
}

export function user(name: string, statements: readonly Written[] = [], rest: Partial<Principal> = {}): Holder {
  return holder('user', name, statements, rest);
}

export function group(name: string, statements: readonly Written[] = []): Holder {
  return holder('group', name, statements, {});
}

/** @param admits who the trust policy lets in: an ARN, an account id, a service, `*`; or a whole trust */
export function role(
  name: string,
  statements: readonly Written[] = [],
  admits: readonly (string | Partial<Trust>)[] = [],
  rest: Partial<Principal> = {},
): Holder {
  const made = holder('role', name, statements, rest);
  const trusts = admits.map((who) =>
    typeof who === 'string'
      ? trust(made.principal, subjectOf(who), 'assume')
      : trust(made.principal, who.subject ?? { kind: 'anyone' }, 'assume', who),
  );
  return { ...made, trusts };
}

export function subjectOf(who: string): Trust['subject'] {
  if (who === '*') return { kind: 'anyone' };
  if (/^\d{12}$/.test(who)) return { kind: 'account', value: who };
  if (who.endsWith('.amazonaws.com')) return { kind: 'service', value: who };
  const kind = who.includes(':role/') ? 'role' : 'user';
  return { kind: 'principal', id: `aws:${kind}:${who}` };
}

function holder(
  kind: 'user' | 'role' | 'group',
  name: string,
  statements: readonly Written[],
  rest: Partial<Principal>,
): Holder {
  const account = rest.scope?.[0] ?? ACCOUNT;
  const made = principal('aws', kind, arnOf(kind, name, account), {
    name,
    scope: [account],
    ...rest,
    attributes: { tags: {}, policies_seen: true, ...rest.attributes },
  });
  return { principal: made, grants: statements.map((statement) => grantOf(made, statement)), trusts: [] };
}

export function grantOf(owner: Principal, written: Written): Grant {
  const { Effect = 'Allow', Action = [], NotAction, Resource, NotResource, Condition, policy = 'inline' } = written;
  return grant(owner, listOf(Action), {
    effect: Effect === 'Allow' ? 'allow' : 'deny',
    role: written.boundary === true ? 'boundary' : written.session === true ? 'session' : 'identity',
    ...(NotAction === undefined ? {} : { notActions: listOf(NotAction) }),
    resources: NotResource === undefined ? listOf(Resource ?? '*') : [],
    ...(NotResource === undefined ? {} : { notResources: listOf(NotResource) }),
    ...(Condition === undefined ? {} : { condition: Condition }),
    ...(written.unread === true ? { unknownContent: true, resources: [] } : {}),
    via: [`policy:${policy}`],
  });
}

export function listOf(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}

/** Makes a user a member of a group. */
export function membership(member: Holder, of: Holder): Trust {
  return trust(of.principal, { kind: 'principal', id: member.principal.id }, 'member-of');
}

export function account(
  holders: readonly Holder[],
  more: { readonly trusts?: readonly Trust[]; readonly credentials?: readonly Credential[] } = {},
): Inventory {
  return inventoryOf({
    principals: holders.map(({ principal: one }) => one),
    grants: holders.flatMap(({ grants }) => grants),
    trusts: [...holders.flatMap(({ trusts }) => trusts), ...(more.trusts ?? [])],
    credentials: more.credentials ?? [],
  });
}

/** One question to one view. */
export function canDo(inventory: Inventory, id: string, action: string, resource?: string): AccessAnswer {
  const asker = awsEvaluator.asker?.(inventory);
  if (asker === undefined) throw new Error('the evaluator answers no questions');
  return asker(id, { action, ...(resource === undefined ? {} : { resource }) });
}
