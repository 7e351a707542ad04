import { AppError } from '../errors.ts';
import type { Delegation } from '../model/delegation.ts';
import type { CallContext } from './issuer.ts';
import type { IssuerParts } from './parts.ts';
import { randomId } from './random-id.ts';

const DAY = 24 * 3_600_000;
/** Who is away for longer gives the group away, not the place. */
const MOST_DAYS = 90;

/** What an operator says about being away. */
export interface NewDelegation {
  readonly substitute: string;
  readonly group?: string;
  /** ISO 8601; now when absent. */
  readonly from?: string;
  readonly until: string;
}

/** Who stands in for whom: everybody for oneself, nobody for others. */
export class Delegations {
  readonly #parts: IssuerParts;

  constructor(parts: IssuerParts) {
    this.#parts = parts;
  }

  /** @throws {AppError} ERR_DELEGATION_INVALID */
  async give(operator: string, asked: NewDelegation, context: CallContext): Promise<Delegation> {
    return await this.#parts.write(async (tables, now) => {
      const giver = await tables.operators.find(operator);
      const substitute = await tables.operators.find(asked.substitute);
      if (giver === undefined || substitute === undefined)
        throw new AppError('ERR_DELEGATION_INVALID', `"${asked.substitute}" is no operator of this issuer`);
      if (giver.human === substitute.human)
        throw new AppError('ERR_DELEGATION_INVALID', `"${substitute.name}" is the same person as "${giver.name}"`);
      const delegation: Delegation = {
        id: randomId('dlg'),
        operator,
        substitute: substitute.name,
        ...(asked.group === undefined ? {} : { group: asked.group }),
        from: new Date(asked.from ?? now).toISOString(),
        until: new Date(asked.until).toISOString(),
        createdAt: now.toISOString(),
      };
      const flaw = flawOf(delegation, now);
      if (flaw !== undefined) throw new AppError('ERR_DELEGATION_INVALID', flaw);
      await tables.delegations.insert(delegation);
      await tables.audit.append(eventOf('delegation.given', delegation, context), now);
      return delegation;
    });
  }

  /** Approvals that the substitute gave on requests that are not minted yet are void then. @throws {AppError} ERR_DELEGATION_NOT_FOUND */
  async withdraw(id: string, operator: string, context: CallContext): Promise<Delegation> {
    return await this.#parts.write(async (tables, now) => {
      const delegation = await tables.delegations.withdraw(id, operator, now);
      if (delegation === undefined)
        throw new AppError('ERR_DELEGATION_NOT_FOUND', `no delegation "${id}" of "${operator}"`);
      await tables.audit.append(eventOf('delegation.withdrawn', delegation, context), now);
      return delegation;
    });
  }

  /** What is not over, of the configuration and of people. */
  async list(): Promise<readonly Delegation[]> {
    const now = this.#parts.now();
    const given = await this.#parts.store.read(({ delegations }) => delegations.list(now));
    const configured = this.#parts.settings.delegations.filter(({ until }) => until > now.toISOString());
    return [...configured, ...given];
  }
}

function flawOf({ from, until }: Delegation, now: Date): string | undefined {
  if (until <= now.toISOString()) return 'the end is over already';
  if (until <= from) return 'the end is not after the beginning';
  if (Date.parse(until) - Date.parse(from) > MOST_DAYS * DAY) return `a substitute is for ${MOST_DAYS} days at most`;
  return undefined;
}

function eventOf(event: string, delegation: Delegation, context: CallContext) {
  const { id, operator, substitute, group, from, until } = delegation;
  return {
    event,
    actor: `operator:${operator}`,
    detail: {
      delegation: id,
      substitute,
      group,
      from,
      until,
      source_ip: context.sourceIp,
      correlation_id: context.correlationId,
    },
  };
}
