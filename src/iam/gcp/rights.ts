import type { Answer } from '../../model/answer.ts';
import type { Principal } from '../../model/principal.ts';
import type { Access, Holding } from './access.ts';
import { type Area, bothIn, merged, withoutDenied } from './area.ts';
import { conditionAnswer } from './condition.ts';
import { Denials } from './denial.ts';
import { isContainer } from './resource-name.ts';
import { circumstanceOf, concerns } from './resource-type.ts';

/** What one principal may do and where, asked for one permission after the other. Roles that nobody knows are left out: they are told once. */
export class Rights {
  readonly principal: Principal;
  readonly holdings: readonly Holding[];
  readonly #access: Access;
  readonly #now: Date;
  readonly #denials: Denials;
  readonly #byPermission = new Map<string, Holding[]>();
  readonly #areas = new Map<string, readonly Area[]>();

  constructor(access: Access, principal: Principal, now: Date) {
    this.principal = principal;
    this.#access = access;
    this.#now = now;
    this.holdings = access.holdingsOf(principal);
    this.#denials = new Denials(access, principal, now);
    for (const holding of this.holdings) {
      for (const permission of access.roles.held(holding.role)) {
        const list = this.#byPermission.get(permission);
        if (list === undefined) this.#byPermission.set(permission, [holding]);
        else list.push(holding);
      }
    }
  }

  /** Where one of the permissions that the evaluator asks for is held. */
  areas(permission: string): readonly Area[] {
    const known = this.#areas.get(permission);
    if (known !== undefined) return known;
    const areas = this.#find(permission, this.#byPermission.get(permission) ?? []);
    this.#areas.set(permission, areas);
    return areas;
  }

  /** Where a role is held, after what is denied of a permission that stands for it. */
  areasOfRole(role: string, permission: string): readonly Area[] {
    return this.#find(
      permission,
      this.holdings.filter((holding) => holding.role === role),
    );
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

  #find(permission: string, holdings: readonly Holding[]): readonly Area[] {
    const { hierarchy } = this.#access;
    const found = holdings.flatMap(({ grant, node, via }): Area[] => {
      if (!concerns(permission, node)) return [];
      const isOne = !isContainer(node) || permission.startsWith('resourcemanager.');
      const answer: Answer =
        grant.condition === undefined
          ? 'yes'
          : conditionAnswer(
              grant.condition,
              circumstanceOf(permission, this.#now, isOne ? node : undefined, hierarchy.otherNames(node)),
            );
      return answer === 'no' ? [] : [{ node, answer, grants: [grant.id, ...via], except: [] }];
    });
    if (found.length === 0) return [];
    return merged(withoutDenied(found, this.#denials.of(permission), hierarchy), hierarchy);
  }
}
