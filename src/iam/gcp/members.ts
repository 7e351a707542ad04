import { type Answer, and, not } from '../../model/answer.ts';
import { append } from '../../model/group-by.ts';
import type { Access } from './access.ts';
import { type Area, deniedAt } from './area.ts';
import { defaultAccountOf } from './member.ts';

/** An account that a way leads to. */
export interface Target {
  readonly id: string;
  readonly answer: Answer;
  readonly evidence: readonly string[];
}

/** What a way leads to: all accounts at a node through a gate, which many ways share, so that nothing is made per pair. */
export interface AccountSet {
  /** The same for the same node and gate. */
  readonly key: string;
  readonly targets: readonly Target[];
}

export type Gate = 'none' | 'machine' | 'build' | 'deployment';

/** The account sets of a view, each made when it is first asked for. */
export class AccountSets {
  readonly #access: Access;
  readonly #sets = new Map<string, AccountSet>();
  /** Accounts that machines are known to run as, with the trusts that say so; and by machine. */
  readonly #machines = new Map<string, string[]>();
  readonly #byMachine = new Map<string, string[]>();
  readonly #agents: ReadonlyMap<string, readonly string[]>;

  constructor(access: Access) {
    this.#access = access;
    for (const trust of access.inventory.trusts.values()) {
      if (trust.how !== 'runs-as' || trust.platform !== 'gcp' || trust.subject.kind !== 'principal') continue;
      const workload = access.inventory.principals.get(trust.subject.id);
      if (workload?.attributes?.type !== 'compute.googleapis.com/Instance') continue;
      const account = access.idOf(trust.principal);
      append(this.#machines, account, trust.id);
      append(this.#byMachine, workload.nativeId, account);
    }
    const agents = new Map<string, string[]>();
    for (const { id, kind, nativeId } of access.acting) {
      const [, number, service] = AGENT.exec(nativeId) ?? [];
      if (kind !== 'service-account' || number === undefined) continue;
      append(agents, `${access.hierarchy.canonical(`projects/${number}`)} ${service}`, id);
    }
    this.#agents = agents;
  }

  /** The accounts of an area. Parts of it that are denied make it a set of its own. */
  of(area: Area, gate: Gate): AccountSet {
    const key = `${area.node} ${gate}`;
    if (area.except.length > 0) return { key: `${key} ${area.grants}`, targets: this.#without(area, gate) };
    const known = this.#sets.get(key);
    if (known !== undefined) return known;
    const set = { key, targets: this.#targets(area.node, gate) };
    this.#sets.set(key, set);
    return set;
  }

  #without(area: Area, gate: Gate): readonly Target[] {
    const { hierarchy, inventory } = this.#access;
    return this.#targets(area.node, gate).flatMap((target) => {
      const node = `serviceAccounts/${inventory.principals.get(target.id)?.nativeId}`;
      const answer = and(target.answer, not(deniedAt(area, node, hierarchy)));
      return answer === 'no' ? [] : [{ ...target, answer }];
    });
  }

  #targets(node: string, gate: Gate): readonly Target[] {
    if (gate === 'build' || gate === 'deployment') return this.#agentsAt(node, gate);
    const atMachine = gate === 'machine' ? this.#byMachine.get(node) : undefined;
    const ids = atMachine ?? this.#access.hierarchy.accountsAt(node);
    return ids.map((id) => {
      const account = this.#access.inventory.principals.get(id);
      const name = account?.name ?? id;
      const trusts = this.#machines.get(id) ?? [];
      const runs: Answer =
        gate === 'none' || trusts.length > 0 ? 'yes' : { if: [`a machine of the project runs as ${name}`] };
      const enabled: Answer = account?.enabled === false ? { if: [`${name} is enabled again`] } : 'yes';
      return { id, answer: and(runs, enabled), evidence: gate === 'none' ? [] : trusts };
    });
  }

  /** Google's own accounts, which builds and deployments of a project run as unless they name another one. */
  #agentsAt(node: string, gate: 'build' | 'deployment'): readonly Target[] {
    const { hierarchy } = this.#access;
    const service = gate === 'build' ? 'cloudbuild' : 'cloudservices';
    const found = [...this.#agents].filter(([key]) => {
      const [project = '', agent] = key.split(' ');
      return agent === service && hierarchy.isWithin(project, node);
    });
    const agents = found.flatMap(([, ids]) => ids);
    if (gate === 'deployment') return agents.map((id) => ({ id, answer: 'yes', evidence: [] }));
    // Which of the two it is has changed over the years, and is a setting of the project.
    const standard = hierarchy
      .accountsAt(node)
      .filter((id) => defaultAccountOf(id.slice(ACCOUNT.length)) === 'compute');
    return [...agents, ...standard].map((id) => ({
      id,
      answer: { if: [`builds of the project run as ${id.slice(ACCOUNT.length)}`] },
      evidence: [],
    }));
  }
}

const ACCOUNT = 'gcp:service-account:';
const AGENT = /^(\d+)@(cloudbuild|cloudservices)\.gserviceaccount\.com$/;
