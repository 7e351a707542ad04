import { and } from '../../model/answer.ts';
import type { Principal } from '../../model/principal.ts';
import type { Access, Holding } from './access.ts';
import { type Area, bothIn, merged, withoutDenied } from './area.ts';
import { conditionAnswer } from './condition.ts';
import { Denials } from './denial.ts';
import { circumstanceOf, concerns } from './resource-type.ts';

/** What one principal may do and where, asked for one permission after the other. Roles that nobody knows are left out: they are told once. */
export class Rights {
  readonly principal: Principal;
  readonly holdings: readonly Holding[];
  readonly #access: Access;
  readonly #now: Date;
  readonly #denials: Denials;
  readonly #areas = new Map<string, readonly Area[]>();

  constructor(access: Access, principal: Principal, now: Date) {
    this.principal = principal;
    this.#access = access;
    this.#now = now;
    this.holdings = access.holdingsOf(principal);
    this.#denials = new Denials(access, principal, now);
  }

  /** Where a permission is held. */
  areas(permission: string): readonly Area[] {
    const known = this.#areas.get(permission);
    if (known !== undefined) return known;
    const areas = this.#find(permission, ({ role }) => this.#access.roles.has(role, permission) === 'yes');
    this.#areas.set(permission, areas);
    return areas;
  }

  /** Where a role is held, after what is denied of a permission that stands for it. */
  areasOfRole(role: string, permission: string): readonly Area[] {
    return this.#find(permission, (holding) => holding.role === role);
  }

  /** Where several permissions are held together. */
  areasOfAll(permissions: readonly string[]): readonly Area[] {
    const [first, ...more] = permissions;
    if (first === undefined) return [];
    return more.reduce<readonly Area[]>(
      (areas, permission) =>
        areas.length === 0 ? areas : bothIn(areas, this.areas(permission), this.#access.hierarchy),
      this.areas(first),
    );
  }

  #find(permission: string, holds: (holding: Holding) => boolean): readonly Area[] {
    const { hierarchy } = this.#access;
    const held = this.holdings.filter((holding) => concerns(permission, holding.node) && holds(holding));
    const found = held.flatMap(({ grant, node, via }): Area[] => {
      const isOne = !/^(?:organizations|folders|projects)\//.test(node) || permission.startsWith('resourcemanager.');
      const circumstance = circumstanceOf(permission, this.#now, isOne ? node : undefined, hierarchy.otherNames(node));
      const answer = and(conditionAnswer(grant.condition, circumstance));
      return answer === 'no' ? [] : [{ node, answer, grants: [grant.id, ...via], except: [] }];
    });
    if (found.length === 0) return [];
    return merged(withoutDenied(found, this.#denials.of(permission), hierarchy), hierarchy);
  }
}
