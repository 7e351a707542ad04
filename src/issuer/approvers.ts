import { AppError } from '../errors.ts';
import type { AccessRequest, ApprovalPlace, Decision, Narrowing } from '../model/access-request.ts';
import type { Delegation } from '../model/delegation.ts';
import type { IssuerTables } from '../store/issuer/issuer-store.ts';
import type { StoredOperator } from '../store/issuer/operator-table.ts';
import type { StoredApproval } from '../store/issuer/request-table.ts';
import { levelOf, openLevel } from './approver-slots.ts';
import { narrowed } from './narrowing.ts';
import type { IssuerParts } from './parts.ts';
import { requestHash } from './request-hash.ts';
import { isRequester } from './requesting-people.ts';

/** An approval that counts now, with the people and the groups behind it. */
export interface ValidApproval {
  readonly approver: string;
  readonly human: string;
  /** The person whose place was filled: that one has had a say then. */
  readonly standsFor?: string;
  readonly groups: readonly string[];
  readonly level: number;
  readonly narrowed: Narrowing;
  /** Under which it was given. */
  readonly policyRevision: string;
}

/** As whom an operator answers a request. */
export interface Seat {
  readonly groups: readonly string[];
  readonly level: number;
  /** Whose place it is, when it is not the operator's own. */
  readonly of?: StoredOperator;
}

type Tables = Pick<IssuerTables, 'requests' | 'operators' | 'delegations'>;

/** Who may answer a request, and whose answers count. Groups are looked at when it matters, not when somebody joined them. */
export class Approvers {
  readonly #parts: IssuerParts;

  constructor(parts: IssuerParts) {
    this.#parts = parts;
  }

  /** Approvals of this very request under the policy that holds now, by people who may give them; each person is in one of them. */
  async valid(tables: Tables, request: AccessRequest): Promise<readonly ValidApproval[]> {
    // Hashed anew from what is stored, so that a request that was edited in the database has no approvals.
    if (requestHash(request.requester, request.detail) !== request.canonicalHash) return [];
    const valid: ValidApproval[] = [];
    for (const approval of await tables.requests.approvals(request.id)) {
      const counting = await this.#counting(tables, request, approval);
      if (counting !== undefined && !valid.some((other) => shareAPerson(other, counting))) valid.push(counting);
    }
    return valid;
  }

  /** Policies may have been replaced since the approvals were read: what was approved under others counts for nothing. */
  satisfied(decision: Decision, given: readonly ValidApproval[]): boolean {
    if (decision.effect !== 'escalate') return decision.effect === 'allow';
    return this.openLevel(decision, given) === undefined;
  }

  /** The level that is asked now; undefined when none is. */
  openLevel(decision: Decision, given: readonly ValidApproval[]): number | undefined {
    const counting = given.filter(({ policyRevision }) => policyRevision === decision.policy_revision);
    return openLevel(decision.approvals, counting);
  }

  /**
   * As whom an operator may say yes now: in a group of the open level, or else in the place of somebody who is.
   *
   * @param inPlaceOf - name of the operator whose place it must be.
   * @throws {AppError} ERR_APPROVAL_SELF, ERR_APPROVAL_NOT_ELIGIBLE.
   */
  async seat(
    tables: Tables,
    request: AccessRequest,
    voter: StoredOperator,
    places: readonly ApprovalPlace[],
    level: number,
    inPlaceOf: string | undefined,
  ): Promise<Seat> {
    const asked = new Set(places.filter((place) => levelOf(place) === level).map(({ from }) => from));
    const own = this.groupsOf(voter).filter((group) => asked.has(group));
    if (inPlaceOf === undefined && own.length > 0) return { groups: own, level };
    let ofRequester = false;
    for (const delegation of await this.#delegations(tables, voter.name, this.#parts.now().toISOString())) {
      if (inPlaceOf !== undefined && delegation.operator !== inPlaceOf) continue;
      const absent = await tables.operators.find(delegation.operator);
      if (absent === undefined || absent.human === voter.human) continue;
      const groups = this.#lent(absent, delegation).filter((group) => asked.has(group));
      if (groups.length === 0) continue;
      if (!isRequester(absent, request)) return { groups, level, of: absent };
      ofRequester = true;
    }
    if (ofRequester)
      throw new AppError(
        'ERR_APPROVAL_SELF',
        `whose place "${voter.name}" fills counts as the requester of "${request.id}"`,
        {
          hint: 'somebody else must approve it',
        },
      );
    const later = places.some((place) => levelOf(place) > level && this.groupsOf(voter).includes(place.from));
    throw new AppError(
      'ERR_APPROVAL_NOT_ELIGIBLE',
      later
        ? `"${voter.name}" is asked about "${request.id}" when level ${level} is satisfied`
        : `"${voter.name}" is in no group that may answer "${request.id}" now`,
    );
  }

  /** Whether an operator is asked at any level, in a place of one's own or as a substitute: enough to say no. */
  async isAsked(tables: Tables, voter: StoredOperator, places: readonly ApprovalPlace[]): Promise<boolean> {
    const asked = new Set(places.map(({ from }) => from));
    if (this.groupsOf(voter).some((group) => asked.has(group))) return true;
    for (const delegation of await this.#delegations(tables, voter.name, this.#parts.now().toISOString())) {
      const absent = await tables.operators.find(delegation.operator);
      if (absent !== undefined && this.#lent(absent, delegation).some((group) => asked.has(group))) return true;
    }
    return false;
  }

  /** Groups of an operator's own. */
  groupsOf(operator: StoredOperator): readonly string[] {
    const configured = Object.entries(this.#parts.settings.groups)
      .filter(([, members]) => members.includes(operator.name))
      .map(([group]) => group);
    return [...new Set([...operator.groups, ...configured])];
  }

  async #counting(
    tables: Tables,
    request: AccessRequest,
    approval: StoredApproval,
  ): Promise<ValidApproval | undefined> {
    const what = narrowed(request.detail, [approval.narrowed ?? {}]);
    if (approval.verdict !== 'approve' || what === undefined) return undefined;
    if (approval.canonicalHash !== requestHash(request.requester, what)) return undefined;
    if (approval.policyRevision !== this.#parts.policy.revision) return undefined;
    const operator = await tables.operators.find(approval.approver);
    if (operator === undefined || isRequester(operator, request)) return undefined;
    const seat = await this.#seatThen(tables, request, operator, approval);
    if (seat === undefined) return undefined;
    return {
      approver: operator.name,
      human: operator.human,
      ...(seat.of === undefined ? {} : { standsFor: seat.of.human }),
      groups: seat.groups,
      level: levelOf(approval),
      narrowed: approval.narrowed ?? {},
      policyRevision: approval.policyRevision,
    };
  }

  /** The seat of an approval that was given; as a substitute's, it lasts longer than the window in which it was given. */
  async #seatThen(
    tables: Tables,
    request: AccessRequest,
    operator: StoredOperator,
    approval: StoredApproval,
  ): Promise<Omit<Seat, 'level'> | undefined> {
    if (approval.inPlaceOf === undefined) return { groups: this.groupsOf(operator) };
    const absent = await tables.operators.find(approval.inPlaceOf);
    if (absent === undefined || absent.human === operator.human || isRequester(absent, request)) return undefined;
    const delegations = await this.#delegations(tables, operator.name, approval.at);
    const groups = delegations
      .filter((delegation) => delegation.operator === absent.name)
      .flatMap((delegation) => this.#lent(absent, delegation));
    return groups.length === 0 ? undefined : { groups: [...new Set(groups)], of: absent };
  }

  /** Of the groups that are the delegator's own: what somebody was lent cannot be lent on. */
  #lent(absent: StoredOperator, { group }: Delegation): readonly string[] {
    return this.groupsOf(absent).filter((own) => group === undefined || own === group);
  }

  async #delegations(tables: Tables, substitute: string, at: string): Promise<readonly Delegation[]> {
    const configured = this.#parts.settings.delegations.filter(
      (delegation) => delegation.substitute === substitute && delegation.from <= at && at < delegation.until,
    );
    return [...configured, ...(await tables.delegations.ofSubstitute(substitute, at))];
  }
}

function people({ human, standsFor }: Pick<ValidApproval, 'human' | 'standsFor'>): readonly string[] {
  return standsFor === undefined ? [human] : [human, standsFor];
}

/** One person fills one place, by oneself or by a substitute. */
export function shareAPerson(
  one: Pick<ValidApproval, 'human' | 'standsFor'>,
  other: Pick<ValidApproval, 'human' | 'standsFor'>,
): boolean {
  return people(one).some((person) => people(other).includes(person));
}
