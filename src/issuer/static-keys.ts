import { AppError } from '../errors.ts';
import type { Requester } from '../model/access-request.ts';
import type { SecretValue } from '../model/secret-value.ts';
import type { StaticKeyBinding } from '../model/static-key-binding.ts';
import { inCidrs, isCidr } from './cidr.ts';
import type { CallContext } from './issuer.ts';
import type { KnownSecret } from './known-secrets.ts';
import type { IssuerParts } from './parts.ts';
import { randomId } from './random-id.ts';

type Stage = StaticKeyBinding['stage'];

/** One stage on or back; nothing leads out of "gone". */
const NEIGHBOURS: Readonly<Record<Stage, readonly Stage[]>> = {
  planned: ['bound'],
  bound: ['planned', 'swapped'],
  swapped: ['bound', 'disabled'],
  disabled: ['swapped', 'gone'],
  gone: [],
};

/** A key may be presented while both ways work; afterwards its use is what should not happen any more. */
const USABLE: ReadonlySet<Stage> = new Set(['bound', 'swapped']);

/** `issuer` of requesters that presented a static key. */
export const STATIC_KEY_ISSUER = 'lapse:static-key';

/**
 * Static keys that an operator has bound. A key that was found is evidence of a leak, not of identity: only a binding makes it
 * count, for one target, from its networks, until its date. It is compared by fingerprint and never kept.
 */
export class StaticKeys {
  readonly #parts: IssuerParts;

  constructor(parts: IssuerParts) {
    this.#parts = parts;
  }

  async authenticate(
    key: SecretValue,
    target: string,
    context: CallContext,
  ): Promise<{ readonly requester: Requester; readonly since: Date; readonly until: Date }> {
    const fingerprint = this.#parts.secrets.fingerprint(key.reveal());
    const known = await this.#parts.secrets.byFingerprint(fingerprint);
    const [binding] = await this.#parts.store.read(({ bindings }) => bindings.of({ fingerprint, target }));
    const refused = refusalOf(known, binding, context.sourceIp, this.#parts.now());
    if (refused !== undefined || known === undefined || binding === undefined) {
      await this.#refuse(refused ?? 'unknown', known, target, context);
      throw new AppError('ERR_STATIC_KEY_REFUSED', 'the key is refused');
    }
    await this.#parts.write(async ({ bindings, audit }, now) => {
      await bindings.used(binding.id, now);
      await audit.append(
        {
          event: 'static_key.used',
          actor: `static-key:${known.secret.id}`,
          target,
          detail: {
            binding: binding.id,
            secret: known.secret.id,
            principal: binding.principal,
            stage: binding.stage,
            source_ip: context.sourceIp,
            correlation_id: context.correlationId,
          },
        },
        now,
      );
    });
    return { requester: requesterOf(known), since: new Date(binding.createdAt), until: new Date(binding.until) };
  }

  /** Whether a requester may ask for a target at all: one with a static key only for what its binding says. */
  async mayUse(requester: Requester, target: string, sourceIp: string): Promise<boolean> {
    if (requester.kind !== 'static-key') return true;
    const bindings = await this.#parts.store.read((tables) =>
      tables.bindings.of({ secret: requester.subject, target }),
    );
    return bindings.some((binding) => bindingRefusal(binding, sourceIp, this.#parts.now()) === undefined);
  }

  async bind(
    asked: Pick<StaticKeyBinding, 'secret' | 'target' | 'sourceCidrs' | 'until'>,
    operator: string,
    context: CallContext,
  ): Promise<StaticKeyBinding> {
    const known = await this.#parts.secrets.byId(asked.secret);
    if (known === undefined)
      throw new AppError('ERR_SECRET_UNKNOWN', `the inventory has no secret "${asked.secret}"`, {
        hint: 'scan where it stands, then see `lapse ls secrets`',
      });
    const target = this.#parts.targets.get(asked.target);
    if (target === undefined || target.retired === true)
      throw new AppError('ERR_TARGET_UNKNOWN', `no target "${asked.target}"`);
    const flaw = flawOf(asked, this.#parts.now());
    if (flaw !== undefined) throw new AppError('ERR_BINDING_INVALID', flaw);
    return await this.#parts.write(async ({ bindings, audit }, now) => {
      const [before] = await bindings.of({ fingerprint: known.secret.fingerprint, target: asked.target });
      if (before?.stage === 'gone')
        throw new AppError('ERR_BINDING_INVALID', `secret "${asked.secret}" is gone and cannot be bound again`);
      const binding = await bindings.put({
        id: randomId('bnd'),
        secret: known.secret.id,
        fingerprint: known.secret.fingerprint,
        ...(known.principal === undefined ? {} : { principal: known.principal.id }),
        target: asked.target,
        sourceCidrs: asked.sourceCidrs,
        until: new Date(asked.until).toISOString(),
        stage: 'bound',
        createdBy: operator,
        createdAt: now.toISOString(),
      });
      await audit.append(
        {
          ...stageEvent(binding, operator, context),
          detail: {
            ...stageEvent(binding, operator, context).detail,
            from: before?.stage ?? 'planned',
            source_cidrs: binding.sourceCidrs,
            until: binding.until,
          },
        },
        now,
      );
      return binding;
    });
  }

  async move(id: string, stage: Stage, operator: string, context: CallContext): Promise<StaticKeyBinding> {
    return await this.#parts.write(async ({ bindings, audit }, now) => {
      const before = await bindings.find(id);
      if (before === undefined) throw new AppError('ERR_BINDING_NOT_FOUND', `no binding "${id}"`);
      const moved = NEIGHBOURS[before.stage].includes(stage)
        ? await bindings.move(id, [before.stage], stage)
        : undefined;
      if (moved === undefined)
        throw new AppError('ERR_BINDING_INVALID', `a binding does not go from "${before.stage}" to "${stage}"`, {
          hint: `from here it goes to: ${NEIGHBOURS[before.stage].join(', ') || 'nowhere'}`,
        });
      const event = stageEvent(moved, operator, context);
      await audit.append({ ...event, detail: { ...event.detail, from: before.stage } }, now);
      return moved;
    });
  }

  async #refuse(reason: string, known: KnownSecret | undefined, target: string, context: CallContext): Promise<void> {
    await this.#parts.write(({ audit }, now) =>
      audit.append(
        {
          event: 'static_key.refused',
          actor: known === undefined ? 'static-key:unknown' : `static-key:${known.secret.id}`,
          target,
          detail: {
            reason,
            secret: known?.secret.id,
            principal: known?.principal?.id,
            source_ip: context.sourceIp,
            correlation_id: context.correlationId,
          },
        },
        now,
      ),
    );
  }
}

function requesterOf({ secret, principal }: KnownSecret): Requester {
  return {
    kind: 'static-key',
    issuer: STATIC_KEY_ISSUER,
    subject: secret.id,
    ...(principal === undefined ? {} : { principal: principal.id }),
    owners: principal?.owner === undefined ? [] : [principal.owner.value],
    claims: {},
  };
}

function refusalOf(
  known: KnownSecret | undefined,
  binding: StaticKeyBinding | undefined,
  sourceIp: string,
  now: Date,
): string | undefined {
  if (known === undefined) return 'unknown';
  if (binding === undefined) return 'not-bound';
  return bindingRefusal(binding, sourceIp, now);
}

function bindingRefusal(binding: StaticKeyBinding, sourceIp: string, now: Date): string | undefined {
  if (!USABLE.has(binding.stage)) return `stage-${binding.stage}`;
  if (new Date(binding.until) <= now) return 'past-its-date';
  if (!inCidrs(sourceIp, binding.sourceCidrs)) return 'wrong-network';
  return undefined;
}

function flawOf(asked: Pick<StaticKeyBinding, 'sourceCidrs' | 'until'>, now: Date): string | undefined {
  if (asked.sourceCidrs.length === 0) return 'a binding needs at least one source network';
  const bad = asked.sourceCidrs.find((cidr) => !isCidr(cidr));
  if (bad !== undefined) return `"${bad}" is no network such as 10.2.0.0/16`;
  const until = new Date(asked.until);
  if (Number.isNaN(until.getTime())) return `"${asked.until}" is no date`;
  return until <= now ? 'the end date is over already' : undefined;
}

function stageEvent(binding: StaticKeyBinding, operator: string, context: CallContext) {
  return {
    event: 'swap.stage',
    actor: `operator:${operator}`,
    target: binding.target,
    detail: {
      binding: binding.id,
      secret: binding.secret,
      principal: binding.principal,
      stage: binding.stage,
      source_ip: context.sourceIp,
      correlation_id: context.correlationId,
    },
  };
}
