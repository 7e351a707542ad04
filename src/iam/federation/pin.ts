import type { FederationVerdict } from '../../model/effective.ts';

/**
 * How far a condition fixes whose token it is. `glob`: a part of the owner is fixed, so that whoever registers a fitting
 * name gets in. `name`: fixed by a name, which can be given up and taken by somebody else. `id`: fixed for good.
 * The context is what a run is for: a ref, an environment.
 */
export interface Pin {
  readonly owner: 'free' | 'glob' | 'name' | 'id';
  readonly repository: 'free' | 'name' | 'id';
  readonly context: 'free' | 'exact';
}

export const FREE: Pin = { owner: 'free', repository: 'free', context: 'free' };

const OWNER = ['free', 'glob', 'name', 'id'] as const;
const REPOSITORY = ['free', 'name', 'id'] as const;
const CONTEXT = ['free', 'exact'] as const;

/** Both conditions hold. */
export function narrower(a: Pin, b: Pin): Pin {
  return {
    owner: pick(OWNER, a.owner, b.owner, Math.max),
    repository: pick(REPOSITORY, a.repository, b.repository, Math.max),
    context: pick(CONTEXT, a.context, b.context, Math.max),
  };
}

/** One of both conditions holds. */
export function wider(a: Pin, b: Pin): Pin {
  return {
    owner: pick(OWNER, a.owner, b.owner, Math.min),
    repository: pick(REPOSITORY, a.repository, b.repository, Math.min),
    context: pick(CONTEXT, a.context, b.context, Math.min),
  };
}

/** The rung of the ladder that a pin stands on. */
export function verdictOf(pin: Pin): FederationVerdict {
  if (pin.repository === 'free') {
    if (pin.owner === 'free') return 'open';
    return pin.owner === 'glob' ? 'wildcard-owner' : 'organization-wide';
  }
  if (pin.context === 'free') return 'any-ref';
  return pin.repository === 'id' ? 'exact' : 'name-only';
}

/** Whether a part of a pattern has a wildcard. */
export function isWild(part: string): boolean {
  return /[*?]/.test(part);
}

function pick<T>(scale: readonly T[], a: T, b: T, choose: (x: number, y: number) => number): T {
  return choose(scale.indexOf(a), scale.indexOf(b)) === scale.indexOf(a) ? a : b;
}
