import type { Principal } from '../../src/model/principal.ts';

/**
 * Tenants that own Microsoft's own applications (Microsoft Learn, "Verify first-party Microsoft applications in sign-in reports").
 */
const MICROSOFT: ReadonlySet<string> = new Set([
  'f8cdef31-a31e-4b4a-93e4-5f571e91255a',
  '72f988bf-86f1-41af-91ab-2d7cd011db47',
]);

export function isMicrosoft(tenant: string): boolean {
  return MICROSOFT.has(tenant.toLowerCase());
}

/**
 * Tells whose applications are foreign. No listing of service principals says which tenant it is of; a service principal of an
 * application for one tenant only (`AzureADMyOrg`) does, since that tenant is its owner. Until one has gone by, those whose owner
 * is some other organization wait; without one nothing is said about them.
 */
export class Tenants {
  readonly #own = new Set<string>();
  #waiting: { readonly principal: Principal; readonly owner: string }[] = [];
  readonly #emit: (principal: Principal) => void;

  constructor(emit: (principal: Principal) => void) {
    this.#emit = emit;
  }

  /** A tenant that the export is of. */
  own(tenant: string | undefined): void {
    if (tenant === undefined) return;
    this.#own.add(tenant.toLowerCase());
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { principal, owner } of waiting) this.#say(principal, owner);
  }

  /** Emits a service principal, as soon as it is known whether its owner is foreign. */
  owned(principal: Principal, owner: string | undefined): void {
    if (owner === undefined) this.#emit(principal);
    else if (this.#own.size > 0 || isMicrosoft(owner)) this.#say(principal, owner);
    else this.#waiting.push({ principal, owner });
  }

  end(): void {
    for (const { principal } of this.#waiting) this.#emit(principal);
    this.#waiting = [];
  }

  #say(principal: Principal, owner: string): void {
    this.#emit({ ...principal, thirdParty: !isMicrosoft(owner) && !this.#own.has(owner.toLowerCase()) });
  }
}
