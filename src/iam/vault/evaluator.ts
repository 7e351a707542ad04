import { type Answer, and, or } from '../../model/answer.ts';
import type { EffectivePermissions, Escalation, Privilege } from '../../model/effective.ts';
import { append } from '../../model/group-by.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { Principal } from '../../model/principal.ts';
import type { Trust } from '../../model/trust.ts';
import type { AccessAnswer, AccessQuestion, Evaluator } from '../evaluator.ts';
import { classifyFederation } from '../federation.ts';
import type { Decision } from './acl.ts';
import { type Holdings, Policies } from './policies.ts';
import { VAULT_WAYS, type VaultNeed, type VaultWay } from './ways.ts';

/** Resolves what roles and tokens of Vault and OpenBao can do, by all of their policies together. */
export const vaultEvaluator: Evaluator = {
  platform: 'vault',
  evaluate(inventory) {
    const policies = new Policies(inventory);
    const into = new Map<string, Trust[]>();
    for (const trust of inventory.trusts.values()) {
      if (trust.platform === 'vault' && trust.subject.kind === 'federated') append(into, trust.principal, trust);
    }
    const roles = signInRoles(inventory);
    const results = new Map<string, EffectivePermissions>();
    for (const principal of inventory.principals.values()) {
      if (principal.platform !== 'vault' || principal.kind === 'policy') continue;
      const holdings = policies.of(principal);
      // Only named: which policies it has was not read.
      if (principal.seen !== 'listed' && holdings.names.length === 0) continue;
      results.set(principal.id, {
        principal: principal.id,
        admin: adminOf(holdings).answer,
        privileges: privilegesOf(holdings),
        escalations: holdings.isRoot ? [] : [...ownWays(principal, holdings), ...toRoles(principal, holdings, roles)],
        federation: (into.get(principal.id) ?? []).flatMap((trust) => classifyFederation(trust) ?? []),
        unseen: [...holdings.unread.map((name) => `policy ${name}`), 'policies of its entity and groups'],
      });
    }
    return results;
  },
  asker: vaultAsker,
};

/** Answers questions: a capability (`read`, `update`, `sudo`) on a path, which may end in `*` or have `+` in it. */
export function vaultAsker(inventory: Inventory): (principal: string, question: AccessQuestion) => AccessAnswer {
  const policies = new Policies(inventory);
  return (id, { action, resource }) => {
    const principal = inventory.principals.get(id);
    if (principal?.platform !== 'vault') return { answer: 'no', grants: [], trusts: [] };
    const holdings = policies.of(principal);
    const decision = decide(holdings, action.toLowerCase(), resource);
    const nothingRead: Answer =
      principal.seen !== 'listed' && holdings.names.length === 0
        ? { if: [`policies of ${principal.name} (not read)`] }
        : 'no';
    return {
      answer: or(decision.answer, nothingRead),
      grants: decision.grants,
      trusts: decision.answer === 'no' ? [] : holdings.trusts,
    };
  };
}

/** A policy that was not read may give it, or say otherwise of a path that is more specific. */
function decide(holdings: Holdings, capability: string, path: string | undefined): Decision {
  if (holdings.isRoot) return { answer: 'yes', grants: [] };
  const { answer, grants } =
    path === undefined ? holdings.acl.anywhere(capability) : holdings.acl.decide(capability, path);
  if (holdings.unread.length === 0) return { answer, grants };
  const names = holdings.unread.join(', ');
  return {
    answer:
      answer === 'no'
        ? { if: [`policy ${names} (not read) allows it`] }
        : and(answer, { if: [`policy ${names} (not read) does not deny it`] }),
    grants,
  };
}

const CAPABILITIES = ['create', 'read', 'update', 'delete', 'list', 'sudo'];

function adminOf(holdings: Holdings): Decision {
  if (holdings.isRoot) return { answer: 'yes', grants: [] };
  const found = CAPABILITIES.map((capability) => holdings.acl.decide(capability, '*'));
  // A policy that was not read makes nobody an admin by itself.
  const covered = found.every(
    ({ answer }) =>
      answer === 'yes' || (typeof answer !== 'string' && answer.if.every((why) => why.startsWith('not '))),
  );
  return covered
    ? { answer: and(...found.map(({ answer }) => answer)), grants: found.flatMap(({ grants }) => grants) }
    : { answer: 'no', grants: [] };
}

function privilegesOf(holdings: Holdings): readonly Privilege[] {
  if (holdings.isRoot) return [{ id: 'admin', answer: 'yes', what: 'the root policy', grants: [] }];
  const found: Privilege[] = [];
  const add = (id: string, what: string, { answer, grants }: Decision) => {
    if (answer === 'yes' || (id === 'admin' && answer !== 'no')) found.push({ id, answer, what, grants });
  };
  add('admin', 'everything on every path', adminOf(holdings));
  add('iam-write', 'writes policies', holdings.acl.decide('update', 'sys/policies/acl/*'));
  add('iam-write', 'writes auth methods', holdings.acl.decide('update', 'auth/*'));
  for (const path of ['secret/*', 'secret/data/*', 'kv/*', 'kv/data/*'])
    add('secrets-read', `reads ${path}`, holdings.acl.decide('read', path));
  add('wildcard-resource', 'writes every path', holdings.acl.decide('update', '*'));
  return found;
}

function ownWays(principal: Principal, holdings: Holdings): readonly Escalation[] {
  const found = new Map<string, Escalation>();
  for (const way of VAULT_WAYS) {
    for (const escalation of wayOf(way, principal, holdings)) {
      const known = found.get(way.id);
      if (known === undefined || (known.answer !== 'yes' && escalation.answer === 'yes')) found.set(way.id, escalation);
    }
  }
  return [...found.values()];
}

function wayOf(way: VaultWay, principal: Principal, holdings: Holdings): readonly Escalation[] {
  const answers = fillings(way, principal, holdings).map((fill) => {
    const needs = way.all.map((need) => needOf(need, fill(need.on), holdings));
    const answer = and(...needs.map((one) => one.answer), way.onlyIf === undefined ? 'yes' : { if: [way.onlyIf] });
    return { answer, uses: needs.map(({ uses }) => uses), grants: needs.flatMap(({ grants }) => grants) };
  });
  const best = answers.find(({ answer }) => answer === 'yes') ?? answers.find(({ answer }) => answer !== 'no');
  if (best === undefined) return [];
  return [
    {
      id: way.id,
      answer: best.answer,
      target: principal.id,
      uses: best.uses,
      evidence: [...new Set([...best.grants, ...holdings.trusts])],
    },
  ];
}

/** The ways to fill in what stands for its own policies or its own role. */
function fillings(way: VaultWay, principal: Principal, { names }: Holdings): readonly ((path: string) => string)[] {
  const needs = way.all.map(({ on }) => on).join(' ');
  if (needs.includes('{policy}'))
    return names.filter((name) => name !== 'root').map((name) => (path) => path.replace('{policy}', name));
  if (!needs.includes('{mount}')) return [(path) => path];
  const [, mount, name] = /\/auth\/(.+)\/role\/([^/]+)$/.exec(principal.nativeId) ?? [];
  if (mount === undefined || name === undefined || principal.kind === 'token-role') return [];
  return [(path) => path.replace('{mount}', mount).replace('{name}', name)];
}

function needOf(need: VaultNeed, path: string, { acl }: Holdings): Decision & { readonly uses: string } {
  const found = need.any.map((capability) => ({ capability, ...acl.decide(capability, path) }));
  const using = found.find(({ answer }) => answer === 'yes') ?? found.find(({ answer }) => answer !== 'no');
  return {
    answer: or('no', ...found.map(({ answer }) => answer)),
    grants: using?.grants ?? [],
    uses: `${using?.capability ?? need.any[0]} on ${path}`,
  };
}

interface SignInRole {
  readonly principal: Principal;
  readonly mount: string;
  readonly name: string;
}

/** Roles that others can become with rights in Vault alone. */
function signInRoles(inventory: Inventory): ReadonlyMap<string, readonly SignInRole[]> {
  const found = new Map<string, SignInRole[]>();
  for (const principal of inventory.principals.values()) {
    if (principal.platform !== 'vault' || (principal.kind !== 'approle' && principal.kind !== 'token-role')) continue;
    const [, mount, name] = /\/auth\/(.+)\/role\/([^/]+)$/.exec(principal.nativeId) ?? [];
    if (mount === undefined || name === undefined) continue;
    const server = principal.scope[0] ?? '';
    append(found, server, { principal, mount, name });
  }
  return found;
}

const WRITES = ['update', 'create'];

/** Targets that are written down for one principal. */
const MAX_TARGETS = 20;

/** Secret ids of an AppRole made, or tokens by a token role, which have the role's policies. */
function toRoles(
  from: Principal,
  holdings: Holdings,
  roles: ReadonlyMap<string, readonly SignInRole[]>,
): readonly Escalation[] {
  const found: Escalation[] = [];
  // Most have no right on any: nobody is compared with every role for that.
  const any = ['auth/+/role/+/secret-id', 'auth/token/create/+'].some((path) =>
    WRITES.some((capability) => holdings.acl.decide(capability, path).answer !== 'no'),
  );
  if (!any) return found;
  for (const { principal, mount, name } of roles.get(from.scope[0] ?? '') ?? []) {
    if (principal.id === from.id || found.length >= MAX_TARGETS) continue;
    const needs: readonly VaultNeed[] =
      principal.kind === 'approle'
        ? [
            { any: ['update', 'create'], on: `auth/${mount}/role/${name}/secret-id` },
            { any: ['read'], on: `auth/${mount}/role/${name}/role-id` },
          ]
        : [{ any: ['update', 'create'], on: `auth/token/create/${name}` }];
    const answers = needs.map((need) => needOf(need, need.on, holdings));
    const answer = and(...answers.map((one) => one.answer));
    if (answer === 'no') continue;
    found.push({
      id: principal.kind === 'approle' ? 'vault-secret-id' : 'vault-token-by-role',
      answer,
      target: principal.id,
      uses: answers.map(({ uses }) => uses),
      evidence: [...new Set(answers.flatMap(({ grants }) => grants))],
    });
  }
  return found;
}
