import type { Logger } from 'pino';
import type { Issuer } from '../../issuer/issuer.ts';
import type { JsonObject } from '../../model/json.ts';
import type { PolicyEvent } from '../../policy/bundles/policy-feeds.ts';

/** Writes down which policies are in force, and which were refused: in the log, and in the audit as soon as there is one. */
export class PolicyJournal {
  readonly #logger: Logger;
  readonly #waiting: PolicyEvent[] = [];
  #issuer: Pick<Issuer, 'record'> | undefined;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  readonly report = (event: PolicyEvent): void => {
    this.#log(event);
    if (this.#issuer === undefined) this.#waiting.push(event);
    else void this.#record(this.#issuer, event);
  };

  /** What was reported before is recorded first. */
  async attach(issuer: Pick<Issuer, 'record'>): Promise<void> {
    for (let event = this.#waiting.shift(); event !== undefined; event = this.#waiting.shift())
      await this.#record(issuer, event);
    this.#issuer = issuer;
  }

  #log(event: PolicyEvent): void {
    const { kind, ...detail } = event;
    const fields = {
      event: `policy.${kind}`,
      ...('error' in detail ? { ...detail, error: undefined, err: detail.error } : detail),
    };
    if (kind === 'refused' || kind === 'unkept') this.#logger.error(fields);
    else this.#logger.info(fields);
  }

  async #record(issuer: Pick<Issuer, 'record'>, event: PolicyEvent): Promise<void> {
    const detail = auditDetail(event);
    if (detail === undefined) return;
    await issuer
      .record({ event: `policy.${event.kind}`, actor: 'system', detail }, { sourceIp: '', correlationId: '' })
      .catch((error: unknown) => this.#logger.error({ event: 'store.failed', err: error }));
  }
}

function auditDetail(event: PolicyEvent): JsonObject | undefined {
  if (event.kind === 'activated')
    return {
      policy_revision: event.revision,
      bundles: event.bundles.map(({ name, revision, digest, signedBy, from }) => ({
        name,
        revision,
        sha256: digest,
        from,
        ...(signedBy === undefined ? {} : { signed_by: signedBy }),
      })),
    };
  if (event.kind === 'refused')
    return {
      bundle: event.bundle,
      error: event.error.code,
      message: event.error.message,
      in_force: event.inForce ?? 'none',
    };
  return undefined;
}
