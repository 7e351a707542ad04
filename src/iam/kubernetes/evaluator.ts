import type { Answer } from '../../model/answer.ts';
import type { EffectivePermissions, Escalation } from '../../model/effective.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { Principal } from '../../model/principal.ts';
import type { Evaluator } from '../evaluator.ts';
import { type Access, accessOf } from './access.ts';
import { adminOf } from './admin.ts';
import { anchorsOf } from './anchors.ts';
import { kubernetesAsker } from './asker.ts';
import { type Distance, distancesToAdmin } from './distances.ts';
import { type Accounts, accountsOf, mountsToken } from './population.ts';
import { type Circumstances, privilegesOf } from './privileges.ts';
import { grantIds } from './question.ts';
import type { Rule } from './rule.ts';
import { serverVersion } from './server-version.ts';
import { rememberSharedWays } from './shared-ways.ts';
import { specialPrivileges } from './special-privileges.ts';
import { Targets } from './targets.ts';
import type { Way } from './way.ts';
import { waysOf } from './ways.ts';

const ACTING: ReadonlySet<string> = new Set(['service-account', 'user', 'group']);

/**
 * Resolves what Kubernetes principals can do by RBAC: service accounts, users and groups by their bindings, workloads by
 * the account they run as, and the roles that ways lead to. Admission, and authorizers other than RBAC, are not in the
 * input and change no answer.
 */
export const kubernetesEvaluator: Evaluator = {
  platform: 'kubernetes',
  evaluate(inventory) {
    return new Evaluation(inventory).run();
  },
  asker: kubernetesAsker,
};

class Evaluation {
  readonly #inventory: Inventory;
  readonly #access: Access;
  readonly #accounts: Accounts;
  readonly #acting: readonly Principal[];
  readonly #rules = new Map<string, readonly Rule[]>();
  readonly #admins = new Map<string, Answer>();
  readonly #ways = new Map<string, readonly Way[]>();
  /** Roles and anchors that ways lead to, and whether that is admin. */
  readonly #ends = new Map<string, Answer>();

  constructor(inventory: Inventory) {
    this.#inventory = inventory;
    this.#access = accessOf(inventory);
    this.#accounts = accountsOf(inventory);
    this.#acting = [...inventory.principals.values()].filter(
      ({ platform, kind }) => platform === 'kubernetes' && ACTING.has(kind),
    );
  }

  run(): ReadonlyMap<string, EffectivePermissions> {
    for (const principal of this.#acting) {
      const rules = this.#access.rulesOf(principal).filter((rule) => rule.grant.unknownContent !== true);
      this.#rules.set(principal.id, rules);
      this.#admins.set(principal.id, this.#access.isMaster(principal) ? 'yes' : adminOf(rules).answer);
    }
    for (const principal of this.#acting) this.#ways.set(principal.id, this.#findWays(principal));
    const members = this.#acting
      .filter(({ kind }) => kind === 'service-account')
      .map((principal) => ({ principal, running: this.#accounts.isRunning(principal.id) }));
    const distances = distancesToAdmin(new Map([...this.#admins, ...this.#ends]), this.#ways, members);
    const privileged = this.#privilegedNamespaces(distances);
    const results = new Map<string, EffectivePermissions>();
    const targets = new Targets(this.#accounts, distances, (id) => this.#rules.get(id)?.length ?? 0);
    for (const principal of this.#acting) results.set(principal.id, this.#result(principal, targets, privileged));
    const shared = this.#acting.flatMap((principal) =>
      (this.#ways.get(principal.id) ?? []).flatMap((way) => targets.shared(principal, way) ?? []),
    );
    rememberSharedWays(this.#inventory, shared);
    for (const workload of this.#inventory.principals.values()) {
      if (workload.platform === 'kubernetes' && workload.kind === 'workload') {
        results.set(workload.id, { ...nothing(workload.id), escalations: this.#runsAs(workload) });
      }
    }
    for (const [id, admin] of this.#ends) if (!results.has(id)) results.set(id, { ...nothing(id), admin });
    return results;
  }

  #findWays(principal: Principal): readonly Way[] {
    if (this.#admins.get(principal.id) === 'yes') return [];
    const cluster = principal.scope[0] ?? '';
    const ways = waysOf({
      access: this.#access,
      accounts: this.#accounts,
      principal,
      cluster,
      version: serverVersion(this.#inventory, cluster),
      rules: this.#rules.get(principal.id) ?? [],
    });
    for (const { to } of ways) if (to.kind === 'principal') this.#noteEnd(to.id, cluster);
    return ways;
  }

  /** Judges a role that a way leads to; what comes to admin in every cluster does so here, too. */
  #noteEnd(id: string, cluster: string): void {
    if (this.#admins.has(id) || this.#ends.has(id)) return;
    const known: readonly string[] = Object.values(anchorsOf(cluster));
    const role = this.#inventory.principals.get(id);
    if (role?.seen !== 'listed' && known.includes(id)) this.#ends.set(id, 'yes');
    else if (role !== undefined) this.#ends.set(id, adminOf(this.#access.rulesOfRole(role)).answer);
  }

  /** Where somebody is who is admin or one step from it; what runs the cluster itself lives in kube-system. */
  #privilegedNamespaces(distances: (id: string) => Distance): ReadonlyMap<string, ReadonlySet<string>> {
    const namespaces = new Map<string, Set<string>>();
    for (const { kind, id, scope } of this.#acting) {
      const [cluster = '', namespace] = scope;
      const known = namespaces.get(cluster) ?? new Set(['kube-system']);
      namespaces.set(cluster, known);
      const { firm } = distances(id);
      const alone = (this.#ways.get(id) ?? []).some(({ to, answer }) => to.kind === 'principal' && answer === 'yes');
      if (kind === 'service-account' && namespace !== undefined && (firm === 0 || (firm === 1 && alone)))
        known.add(namespace);
    }
    return namespaces;
  }

  #result(
    principal: Principal,
    targets: Targets,
    privileged: ReadonlyMap<string, ReadonlySet<string>>,
  ): EffectivePermissions {
    const { id } = principal;
    const cluster = principal.scope[0] ?? '';
    const rules = this.#rules.get(id) ?? [];
    const admin = this.#admins.get(id) ?? 'no';
    const circumstances: Circumstances = {
      version: serverVersion(this.#inventory, cluster),
      privilegedNamespaces: privileged.get(cluster) ?? new Set(),
      hasTokenSecret: (namespace) => this.#accounts.withTokenSecret(cluster, namespace).length > 0,
    };
    // Of an admin everything else goes without saying.
    const privileges =
      admin === 'yes'
        ? [{ id: 'admin', answer: admin, what: 'everything in the cluster', grants: grantIds(adminOf(rules).rules) }]
        : privilegesOf(rules, circumstances);
    return {
      principal: id,
      admin,
      privileges: [...privileges, ...specialPrivileges(principal, rules, this.#accounts)],
      escalations: (this.#ways.get(id) ?? []).flatMap((way) => targets.escalations(principal, way)),
      federation: [],
      unseen: this.#unseen(principal),
    };
  }

  #runsAs(workload: Principal): readonly Escalation[] {
    const escalations: Escalation[] = [];
    for (const trust of this.#access.accountsOfWorkload(workload.id)) {
      const account = this.#inventory.principals.get(trust.principal);
      const token = account !== undefined && mountsToken(workload, account);
      const answer: Answer = token ? 'yes' : { if: ['it is given a token of its service account'] };
      escalations.push({ id: 'runs-as', answer, target: trust.principal, uses: ['runs as'], evidence: [trust.id] });
    }
    return escalations;
  }

  #unseen(principal: Principal): readonly string[] {
    const missing = this.#access.missingRoles(principal).map(({ role }) => `role ${role}`);
    const unknown = this.#access
      .rulesOf(principal)
      .filter((rule) => rule.grant.unknownContent)
      .map((rule) => `role ${rule.grant.principal}`);
    const members = principal.kind === 'group' ? ['members of the group'] : [];
    const groups = principal.kind === 'user' ? ['groups of the user'] : [];
    const node = /^system:nodes?(?::|$)/.test(principal.name) ? ['node authorizer'] : [];
    return [...new Set([...missing, ...unknown, ...members, ...groups, ...node])];
  }
}

function nothing(principal: string): EffectivePermissions {
  return { principal, admin: 'no', privileges: [], escalations: [], federation: [], unseen: [] };
}
