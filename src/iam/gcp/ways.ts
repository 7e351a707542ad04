import type { Answer } from '../../model/answer.ts';
import { and } from '../../model/answer.ts';
import type { Access } from './access.ts';
import { type Area, bothIn, merged } from './area.ts';
import type { EscalationRow } from './escalation.ts';
import { ESCALATIONS } from './escalations.ts';
import type { AccountSet, AccountSets, Gate } from './members.ts';
import { isContainer } from './resource-name.ts';
import type { Rights } from './rights.ts';

/** A way that a principal has, by one row of the table. */
export interface Way {
  readonly row: EscalationRow;
  readonly answer: Answer;
  readonly grants: readonly string[];
  /** The permissions that open it. */
  readonly uses: readonly string[];
  readonly node: string;
  readonly to: /** It gives itself everything at the node. */
    | { readonly kind: 'self' }
    | { readonly kind: 'accounts'; readonly set: AccountSet }
    /** Something at the node that is no principal. */
    | { readonly kind: 'things' };
}

const GATES: Readonly<Partial<Record<EscalationRow['over'], Gate>>> = {
  accounts: 'none',
  'machine-accounts': 'machine',
  'build-accounts': 'build',
  'deployment-accounts': 'deployment',
};

/** Finds the ways of one principal after another. */
export class WayFinder {
  readonly #access: Access;
  readonly #sets: AccountSets;

  constructor(access: Access, sets: AccountSets) {
    this.#access = access;
    this.#sets = sets;
  }

  /** The ways of a principal, but for those over delegated accounts, which need everybody else's. */
  waysOf(rights: Rights): readonly Way[] {
    return ESCALATIONS.flatMap((row): readonly Way[] => {
      const gate = GATES[row.over];
      if (gate !== undefined) return this.#overAccounts(row, gate, rights);
      switch (row.over) {
        case 'container':
          return this.#overContainers(row, rights);
        case 'own-roles':
          return this.#overOwnRoles(row, rights);
        case 'things':
          return this.#overThings(row, rights);
        default:
          return [];
      }
    });
  }

  /** Where an account may be asked for a delegated token and cannot be had itself. */
  delegations(rights: Rights): readonly Area[] {
    const direct = rights.areas('iam.serviceAccounts.getAccessToken');
    const firm = new Set(
      direct.filter(({ answer, except }) => answer === 'yes' && except.length === 0).map(({ node }) => node),
    );
    return rights
      .areas('iam.serviceAccounts.implicitDelegation')
      .filter(({ node }) => !this.#access.hierarchy.chain(node).some((above) => firm.has(above)));
  }

  #overAccounts(row: EscalationRow, gate: Gate, rights: Rights): readonly Way[] {
    return this.#areas(row, rights).flatMap(({ area, uses }) => {
      const set = this.#sets.of(area, gate);
      return set.targets.length === 0 ? [] : [this.#way(row, area, uses, { kind: 'accounts', set })];
    });
  }

  /** A right over projects counts at a project and above it, one over organizations only there. */
  #overContainers(row: EscalationRow, rights: Rights): readonly Way[] {
    const found = (row.levels ?? []).flatMap(({ permission, level }) =>
      rights
        .areas(permission)
        .filter(({ node }) => reaches(node, level))
        .map((area) => this.#way(row, area, [permission], { kind: 'self' })),
    );
    const firm = new Set(found.filter(({ answer }) => answer === 'yes').map(({ node }) => node));
    return found.filter(({ node }, index) => {
      if (
        this.#access.hierarchy
          .chain(node)
          .slice(1)
          .some((above) => firm.has(above))
      )
        return false;
      return found.findIndex((other) => other.node === node) === index;
    });
  }

  /** Whoever may rewrite a custom role that it holds at a container has there what it writes. */
  #overOwnRoles(row: EscalationRow, rights: Rights): readonly Way[] {
    const [permission = ''] = row.project ?? [];
    const writable = rights.areas(permission);
    if (writable.length === 0) return [];
    const { hierarchy } = this.#access;
    return rights.holdings.flatMap(({ role, node, grant, via }) => {
      const home = /^((?:projects|organizations)\/[^/]+)\/roles\//.exec(role)?.[1];
      if (home === undefined || !isContainer(node)) return [];
      const area = writable.find((one) => hierarchy.isWithin(hierarchy.canonical(home), one.node));
      if (area === undefined) return [];
      const held = rights.areasOfRole(role, permission).find((one) => hierarchy.isWithin(node, one.node));
      const answer = and(area.answer, held?.answer ?? 'no');
      if (answer === 'no') return [];
      const grants = [...new Set([...area.grants, grant.id, ...via])];
      return [{ row, answer, grants, uses: [`${permission} of ${role}`], node, to: { kind: 'self' } as const }];
    });
  }

  #overThings(row: EscalationRow, rights: Rights): readonly Way[] {
    return this.#areas(row, rights).flatMap(({ area, uses }) =>
      // Something of a container is said of the container; what stands nowhere is left to the privileges.
      this.#containerOf(area.node) === undefined ? [] : [this.#way(row, area, uses, { kind: 'things' })],
    );
  }

  #containerOf(node: string): string | undefined {
    return this.#access.hierarchy.chain(node).find(isContainer);
  }

  #areas(row: EscalationRow, rights: Rights): readonly { readonly area: Area; readonly uses: readonly string[] }[] {
    const all = [...(row.account ?? []), ...(row.project ?? [])];
    const { hierarchy } = this.#access;
    const areas = rights.areasOfAll(all);
    if (row.either === undefined) return areas.map((area) => ({ area, uses: all }));
    if (areas.length === 0) return [];
    const found = row.either.flatMap((permission) =>
      bothIn(areas, rights.areas(permission), hierarchy).map((area) => ({ area, uses: [...all, permission] })),
    );
    const kept = new Set(
      merged(
        found.map(({ area }) => area),
        hierarchy,
      ),
    );
    return found.filter(({ area }) => kept.has(area));
  }

  #way(row: EscalationRow, area: Area, uses: readonly string[], to: Way['to']): Way {
    const answer = row.provided === undefined ? area.answer : and(area.answer, { if: [row.provided] });
    return { row, answer, grants: area.grants, uses, node: area.node, to };
  }
}

const LEVELS = ['projects', 'folders', 'organizations'] as const;

function reaches(node: string, level: (typeof LEVELS)[number]): boolean {
  const own = LEVELS.findIndex((name) => node.startsWith(`${name}/`) && isContainer(node));
  return own >= LEVELS.indexOf(level);
}
