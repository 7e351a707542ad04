import type { Inventory } from '../../model/inventory.ts';
import type { Principal } from '../../model/principal.ts';
import type { Trust } from '../../model/trust.ts';

/** Something that runs as a role: a function, an instance, a build project. */
export interface Workload {
  readonly principal: Principal;
  readonly role: string;
  /** Ids of the trusts that say so; of an instance also that of its profile. */
  readonly evidence: readonly string[];
}

/** The workloads of a view, whichever export or declaration told of them. */
export class Workloads {
  readonly all: readonly Workload[];
  readonly #byRole = new Map<string, Workload[]>();

  constructor(inventory: Inventory, resolve: (id: string) => string) {
    const trusts = [...inventory.trusts.values()].filter(
      ({ platform, subject }) => platform === 'aws' && subject.kind === 'principal',
    );
    const rolesOf = new Map<string, Trust[]>();
    for (const trust of trusts) {
      if (trust.how !== 'profile-of' || trust.subject.kind !== 'principal') continue;
      const { id } = trust.subject;
      rolesOf.set(id, [...(rolesOf.get(id) ?? []), trust]);
    }
    this.all = trusts.flatMap((trust): Workload[] => {
      const { subject } = trust;
      if (trust.how !== 'runs-as' || subject.kind !== 'principal') return [];
      const principal = inventory.principals.get(subject.id);
      if (principal === undefined) return [];
      if (!trust.principal.startsWith('aws:instance-profile:'))
        return [{ principal, role: resolve(trust.principal), evidence: [trust.id] }];
      const profile = rolesOf.get(trust.principal) ?? [];
      return profile.map((one) => ({ principal, role: resolve(one.principal), evidence: [trust.id, one.id] }));
    });
    for (const workload of this.all) {
      const known = this.#byRole.get(workload.role);
      if (known === undefined) this.#byRole.set(workload.role, [workload]);
      else known.push(workload);
    }
  }

  /** Those of one kind that run as a role. */
  of(role: string, kind: string): readonly Workload[] {
    return (this.#byRole.get(role) ?? []).filter(({ principal }) => principal.kind === kind);
  }
}
