import type { Config } from '../../config/config.ts';
import type { StaticKeyBinding } from '../../model/static-key-binding.ts';
import type { StaticSecret } from '../../model/static-secret.ts';
import type { CliContext } from '../context.ts';
import { findIssuerState } from '../issuer-state.ts';

/** What would stand in the place of a static secret, as far as this machine knows. */
export interface SwapPlan {
  /** Swaps under way. */
  readonly swaps: readonly Pick<StaticKeyBinding, 'target' | 'stage' | 'until' | 'lastUsedAt'>[];
  /** Targets of the configuration that make credentials of the same platform. */
  readonly targets: readonly string[];
}

/** Looks at the issuer that runs here, if one ever did, and at the targets of the configuration. */
export async function swapPlan(
  { id, platform, facts }: Pick<StaticSecret, 'id' | 'platform' | 'facts'>,
  config: Config,
  cli: CliContext,
): Promise<SwapPlan> {
  const scheme = typeof facts?.scheme === 'string' ? facts.scheme.replace(/^postgresql/, 'postgres') : undefined;
  const kinds = [platform, scheme?.replace(/\+.*$/, '')];
  const targets = (config.issuer?.targets ?? []).filter(({ type }) => kinds.includes(type)).map((target) => target.id);
  const store = await findIssuerState(config, cli);
  if (store === undefined) return { swaps: [], targets };
  try {
    const bindings = await store.read((tables) => tables.bindings.of({ secret: id }));
    const swaps = bindings.map(({ target, stage, until, lastUsedAt }) => ({
      target,
      stage,
      until,
      ...(lastUsedAt === undefined ? {} : { lastUsedAt }),
    }));
    return { swaps, targets };
  } finally {
    await store.close();
  }
}

export function planLines({ swaps, targets }: SwapPlan, id: string): readonly string[] {
  if (swaps.length === 0)
    return targets.map(
      (target) => `a lease of target ${target} can stand in for it: lapse swap ${id} bind --target ${target}`,
    );
  return swaps.map(({ target, stage, until, lastUsedAt }) => {
    const used = lastUsedAt === undefined ? 'never used' : `last used ${lastUsedAt}`;
    return `${stage}: leases of target ${target} in its place, until ${until}, ${used}`;
  });
}
