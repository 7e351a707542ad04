import type { IssuerParts } from './parts.ts';

/** What issuing needs, and whether it is there. Targets are no part of it: one that is down keeps nobody from the others. */
export interface Readiness {
  /** The store answers. */
  readonly store: boolean;
  /** Some durable audit sink takes events. */
  readonly audit: boolean;
  /** Policies that are in force answer. */
  readonly policy: boolean;
  /** What the last run left behind has been looked at. */
  readonly reconciled: boolean;
}

/** Policy is asked again after so long: whoever asks for readiness in a row must not keep it busy. */
const POLICY_ANSWER_MS = 5_000;

/** Finds out whether the issuer could answer a request now; never throws. */
export class ReadinessCheck {
  readonly #parts: IssuerParts;
  #policy: { readonly until: number; readonly answers: Promise<boolean> } | undefined;
  reconciled = false;

  constructor(parts: IssuerParts) {
    this.#parts = parts;
  }

  async look(): Promise<Readiness> {
    const { store, delivery } = this.#parts;
    const [storeAnswers, audit, policy] = await Promise.all([
      succeeds(store.read(({ audit: chain }) => chain.head())),
      succeeds(delivery.ready()),
      this.#policyAnswers(),
    ]);
    return { store: storeAnswers, audit, policy, reconciled: this.reconciled };
  }

  /** What it answers is no matter: a decision on nothing is a deny. */
  #policyAnswers(): Promise<boolean> {
    const now = performance.now();
    if (this.#policy === undefined || this.#policy.until < now)
      this.#policy = { until: now + POLICY_ANSWER_MS, answers: succeeds(this.#parts.policy.decide({})) };
    return this.#policy.answers;
  }
}

async function succeeds(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch {
    return false;
  }
}
