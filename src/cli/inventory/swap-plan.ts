import { existsSync } from 'node:fs';
import type { Config } from '../../config/config.ts';
import type { StaticKeyBinding } from '../../model/static-key-binding.ts';
import type { StaticSecret } from '../../model/static-secret.ts';
import { openIssuerStore } from '../../store/issuer/open-issuer-store.ts';
import { stateDir } from '../../store/state-dir.ts';

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
): Promise<SwapPlan> {
  const scheme = typeof facts?.scheme === 'string' ? facts.scheme.replace(/^postgresql/, 'postgres') : undefined;
  const kinds = [platform, scheme?.replace(/\+.*$/, '')];
  const targets = (config.issuer?.targets ?? []).filter(({ type }) => kinds.includes(type)).map((target) => target.id);
  const file = stateDir(config.folder).issuer;
  if (!existsSync(file)) return { swaps: [], targets };
  const store = await openIssuerStore(file);
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
