import { type Answer, and, or } from '../../model/answer.ts';
import type { EffectivePermissions, Escalation, Privilege } from '../../model/effective.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { Principal } from '../../model/principal.ts';
import type { AccessAnswer, AccessQuestion, Evaluator } from '../evaluator.ts';
import { parseResource } from './resource.ts';
import { isAnybody, MysqlRights } from './rights.ts';
import { MYSQL_WAYS, type MysqlWay, resourceOf } from './ways.ts';

const EVERYTHING = parseResource('*.*');

/** What an administrator has, where ALL is written out: as much of it as every server has, and what leads to the rest. */
const ADMIN = [
  'select',
  'insert',
  'update',
  'delete',
  'create',
  'drop',
  'alter',
  'reload',
  'process',
  'file',
  'create user',
  'super',
];

/** Resolves what accounts of MySQL and MariaDB can do, over all levels of rights and the roles that they may make active. */
export const mysqlEvaluator: Evaluator = {
  platform: 'mysql',
  evaluate(inventory) {
    const rights = new MysqlRights(inventory);
    const results = new Map<string, EffectivePermissions>();
    for (const principal of inventory.principals.values()) {
      if (principal.platform !== 'mysql' || !['account', 'role', 'public'].includes(principal.kind)) continue;
      // Only named: what it may was not read.
      if (
        principal.seen !== 'listed' &&
        rights.rightsOf(principal.id).length === 0 &&
        rights.memberships(principal.id).length === 0
      )
        continue;
      results.set(principal.id, resultOf(principal, rights));
    }
    return results;
  },
  asker: mysqlAsker,
};

/**
 * Answers questions about accounts: `SELECT` on `shop.orders` (`shop.*`, `*.*`, `shop.orders(id)`, `procedure:shop.p`), global rights by
 * their names, `PROXY` on `account:app@%`.
 */
export function mysqlAsker(inventory: Inventory): (principal: string, question: AccessQuestion) => AccessAnswer {
  const rights = new MysqlRights(inventory);
  return (id, { action, resource }) => {
    const asked = resource === undefined ? undefined : parseResource(resource);
    const principal = inventory.principals.get(id);
    if (principal?.platform !== 'mysql' || (resource !== undefined && asked === undefined))
      return { answer: 'no', grants: [], trusts: [] };
    const name = action.toLowerCase();
    return rights.may(id, name === 'all privileges' ? 'all' : name, asked);
  };
}

function resultOf(principal: Principal, rights: MysqlRights): EffectivePermissions {
  const { id } = principal;
  const admin = adminOf(id, rights);
  return {
    principal: id,
    admin: admin.answer,
    privileges: privilegesOf(id, rights, admin),
    escalations: [
      ...(admin.answer === 'yes' ? [] : MYSQL_WAYS.flatMap((way) => wayOf(way, id, rights))),
      ...roles(id, rights),
      ...proxies(principal, rights),
    ],
    federation: [],
    unseen: principal.seen === 'listed' ? [] : ['the account itself'],
  };
}

function adminOf(id: string, rights: MysqlRights): AccessAnswer {
  const all = rights.may(id, 'all', EVERYTHING);
  if (all.answer !== 'no') return all;
  const each = ADMIN.map((action) => rights.may(id, action, EVERYTHING));
  const answer = and(...each.map((one) => one.answer));
  return answer === 'no' ? all : { answer, grants: unique(each, 'grants'), trusts: unique(each, 'trusts') };
}

function privilegesOf(id: string, rights: MysqlRights, admin: AccessAnswer): readonly Privilege[] {
  if (admin.answer === 'yes')
    return [{ id: 'admin', answer: 'yes', what: 'all rights on the server', grants: admin.grants }];
  const found: Privilege[] = [];
  const add = (privilege: string, what: string, { answer, grants }: AccessAnswer) => {
    if (answer !== 'no') found.push({ id: privilege, answer, what, grants });
  };
  add('iam-write', 'CREATE USER', rights.may(id, 'create user', EVERYTHING));
  add('iam-write', 'GRANT OPTION on everything', rights.may(id, 'grant option', EVERYTHING));
  add(
    'secrets-read',
    'SELECT on mysql.user: hashes of passwords',
    rights.may(id, 'select', parseResource('mysql.user')),
  );
  add('secrets-read', 'REPLICATION SLAVE: everything that is written', rights.may(id, 'replication slave', EVERYTHING));
  add('wildcard-service', 'SELECT on everything', rights.may(id, 'select', EVERYTHING));
  for (const action of ['insert', 'update', 'delete', 'drop']) {
    add('wildcard-resource', `${action.toUpperCase()} on everything`, rights.may(id, action, EVERYTHING));
  }
  return found;
}

function wayOf(way: MysqlWay, id: string, rights: MysqlRights): readonly Escalation[] {
  const found = way.all.map((need) => {
    const answers = need.any.map((action) => ({ action, ...rights.may(id, action, resourceOf(need)) }));
    const using = answers.find(({ answer }) => answer === 'yes') ?? answers.find(({ answer }) => answer !== 'no');
    const on = need.on === '' || need.on === '*.*' ? '' : ` on ${need.on}`;
    return {
      answer: or('no', ...answers.map((one) => one.answer)),
      uses: `${using?.action.toUpperCase() ?? ''}${on}`,
      grants: using?.grants ?? [],
      trusts: using?.trusts ?? [],
    };
  });
  const answer = and(
    ...found.map((one) => one.answer),
    way.onlyIf === undefined ? 'yes' : { if: [way.onlyIf] },
    way.unlessSystemUser === true ? overAdministrators(id, rights) : 'yes',
  );
  if (answer === 'no') return [];
  return [
    {
      id: way.id,
      answer,
      target: id,
      uses: found.map(({ uses }) => uses),
      evidence: [...new Set(found.flatMap(({ grants, trusts }) => [...grants, ...trusts]))],
    },
  ];
}

/** MySQL protects accounts that have SYSTEM_USER from those that have not; MariaDB has no such thing. */
function overAdministrators(id: string, rights: MysqlRights): Answer {
  if (rights.flavour(id) === 'mariadb' || rights.may(id, 'system_user', EVERYTHING).answer === 'yes') return 'yes';
  return { if: ['an administrator without SYSTEM_USER is there'] };
}

function roles(id: string, rights: MysqlRights): readonly Escalation[] {
  return rights
    .memberships(id)
    .filter(({ principal }) => principal !== id)
    .map((trust) => ({
      id: 'my-set-role',
      answer: 'yes',
      target: trust.principal,
      uses: ['SET ROLE'],
      evidence: [trust.id],
    }));
}

/** Signing in as another account. */
function proxies(principal: Principal, rights: MysqlRights): readonly Escalation[] {
  const server = principal.scope[0] ?? '';
  return rights.rightsOf(principal.id).flatMap(({ grant, resource, actions }) => {
    if (!actions.has('proxy') || resource.type !== 'account' || grant.effect !== 'allow') return [];
    const anybody = isAnybody(resource.name);
    const target = anybody ? principal.id : `mysql:account:${server}/${resource.name}`;
    if (target === principal.id && !anybody) return [];
    return [
      {
        id: 'my-proxy',
        answer: { if: ['how it signs in knows proxies'] },
        target,
        uses: [`PROXY on ${anybody ? 'any account' : resource.name}`],
        evidence: [grant.id],
      },
    ];
  });
}

function unique(answers: readonly AccessAnswer[], key: 'grants' | 'trusts'): readonly string[] {
  return [...new Set(answers.flatMap((one) => one[key]))];
}
