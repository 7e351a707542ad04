import type { AppError } from '../../errors.ts';
import type { Decision } from '../../model/access-request.ts';
import type { RawFinding } from '../../model/finding.ts';
import type { JsonObject } from '../../model/json.ts';
import type { PolicyEngine } from '../engine.ts';
import type { RuleMetadata } from '../metadata.ts';

/** Policies in force. */
export interface InForce {
  readonly engine: PolicyEngine;
  /** Of policies and data, and of the bundles that are part of them. */
  readonly revision: string;
  /** Nothing may be judged: a part of the policies is missing, and the engine is without it. */
  readonly missing?: AppError;
}

interface Use extends InForce {
  users: number;
}

/**
 * An engine whose policies can be exchanged while it is asked. Whatever is asked is answered by the policies that were in force when
 * it was: they are closed when their last answer is given.
 */
export class ReplaceableEngine implements PolicyEngine {
  #use: Use;

  constructor(first: InForce) {
    this.#use = { ...first, users: 1 };
  }

  get revision(): string {
    return this.#use.revision;
  }

  get rules(): ReadonlyMap<string, RuleMetadata> {
    return this.#use.engine.rules;
  }

  /** Why nothing may be judged; undefined when all is well. */
  get missing(): AppError | undefined {
    return this.#use.missing;
  }

  replace(next: InForce): void {
    const former = this.#use;
    this.#use = { ...next, users: 1 };
    void release(former);
  }

  findings(input: JsonObject): Promise<readonly RawFinding[]> {
    return this.#judge(({ engine }) => engine.findings(input));
  }

  drift(input: JsonObject): Promise<readonly RawFinding[]> {
    return this.#judge(({ engine }) => engine.drift(input));
  }

  decide(input: JsonObject): Promise<Decision> {
    return this.#judge(async ({ engine, revision }) => ({
      ...(await engine.decide(input)),
      policy_revision: revision,
    }));
  }

  /** Lapse's own alerts are raised also where policies are missing. */
  alerts(input: JsonObject): Promise<readonly RawFinding[]> {
    return this.#using(({ engine }) => engine.alerts(input));
  }

  close(): Promise<void> {
    return this.#use.engine.close();
  }

  #judge<T>(ask: (use: InForce) => Promise<T>): Promise<T> {
    return this.#using((use) => (use.missing === undefined ? ask(use) : Promise.reject(use.missing)));
  }

  async #using<T>(ask: (use: InForce) => Promise<T>): Promise<T> {
    const use = this.#use;
    use.users++;
    try {
      return await ask(use);
    } finally {
      await release(use);
    }
  }
}

async function release(use: Use): Promise<void> {
  use.users--;
  if (use.users === 0) await use.engine.close();
}
