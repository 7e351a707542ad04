import type { Broker, Liveness, MintedCredential, MintPlan } from '../../src/brokers/broker.ts';
import { AppError } from '../../src/errors.ts';
import type { AccessDetail } from '../../src/model/access-request.ts';
import { SecretValue } from '../../src/model/secret-value.ts';

/** What a step of the target does: answers, says no, does not answer, does it and does not answer, or does it later on. */
export type Fault = 'none' | 'refuse' | 'silent' | 'done-but-silent' | 'done-later';

type Step = 'create' | 'extend' | 'disable' | 'endSessions' | 'remove' | 'verify' | 'list';

const SETTLE_MS = 10_000;

/**
 * A target that fails on demand, for tests of faults only. It has its objects and their sessions; a creation that is to be done later
 * happens when the clock has come half way to the time that the broker says such things may take.
 */
export class ScriptedBroker implements Broker {
  readonly detailType: string = 'api_token';
  readonly capabilities: Broker['capabilities'] = {
    nativeExpiry: false,
    sourceBound: false,
    endsSessions: true,
    lists: true,
    minSeconds: 1,
    maxSeconds: 3600,
    settleMs: SETTLE_MS,
  };
  readonly objects = new Set<string>();
  /** Everything that was ever created, for the comparison with the log. */
  readonly created: string[] = [];
  readonly calls: string[] = [];
  readonly #later: { readonly at: number; readonly name: string }[] = [];
  readonly #now: () => Date;
  fault: (step: Step) => Fault = () => 'none';
  /** Runs in the middle of a creation. */
  during: () => Promise<void> = async () => undefined;

  constructor(now: () => Date) {
    this.#now = now;
  }

  refuses(): string | undefined {
    return undefined;
  }

  /** What a shared object was last told about its end. */
  readonly ends = new Map<string, Date>();

  async create({ externalId, expiresAt }: MintPlan): Promise<MintedCredential> {
    this.ends.set(externalId, expiresAt);
    this.#settle();
    await this.during();
    const fault = this.fault('create');
    if (fault === 'done-later') this.#later.push({ at: this.#now().getTime() + SETTLE_MS / 2, name: externalId });
    await this.#step('create', fault, () => {
      this.objects.add(externalId);
      this.created.push(externalId);
    });
    return { plain: { user: externalId }, secret: { password: new SecretValue(`made-up-${externalId}`) } };
  }

  async extend(externalId: string, expiresAt: Date): Promise<void> {
    await this.#step('extend', this.fault('extend'), () => this.ends.set(externalId, expiresAt));
  }

  async disable(): Promise<void> {
    await this.#step('disable', this.fault('disable'), () => undefined);
  }

  async endSessions(): Promise<number> {
    await this.#step('endSessions', this.fault('endSessions'), () => undefined);
    return 1;
  }

  async remove(externalId: string): Promise<void> {
    await this.#step('remove', this.fault('remove'), () => this.objects.delete(externalId));
  }

  async verify(externalId: string): Promise<Liveness> {
    await this.#step('verify', this.fault('verify'), () => undefined);
    return this.objects.has(externalId) ? 'alive' : 'dead';
  }

  async list(): Promise<readonly string[]> {
    await this.#step('list', this.fault('list'), () => undefined);
    return [...this.objects];
  }

  async close(): Promise<void> {}

  /** What the target has at this moment, with what has come late. */
  present(): readonly string[] {
    this.#settle();
    return [...this.objects].sort();
  }

  async #step(step: Step, fault: Fault, effect: () => unknown): Promise<void> {
    this.#settle();
    this.calls.push(step);
    // A turn of the loop, as every real call takes.
    await new Promise((resolve) => setImmediate(resolve));
    if (fault === 'none' || fault === 'done-but-silent') effect();
    if (fault === 'refuse') throw new AppError('ERR_TARGET_REFUSED', 'the target refuses');
    if (fault !== 'none') throw new AppError('ERR_TARGET_UNREACHABLE', 'the target does not answer');
  }

  #settle(): void {
    const now = this.#now().getTime();
    for (const [index, { at, name }] of [...this.#later.entries()].reverse())
      if (at <= now) {
        this.objects.add(name);
        this.created.push(name);
        this.#later.splice(index, 1);
      }
  }
}

/** The same with one object for all leases of equal actions. */
export class SharingBroker extends ScriptedBroker {
  sharedKey({ actions }: AccessDetail): string {
    return actions.join(' ');
  }
}
