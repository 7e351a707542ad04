/** What the endpoints must know of a configured target. */
export interface HttpTarget {
  readonly id: string;
  /** The `type` of the details it serves: `db_credential`, `api_token`. */
  readonly detailType: string;
  /** Further names by which `audience`, `resource` or `locations` may call it: `postgresql://orders`, a token audience. */
  readonly names: readonly string[];
  /** `aud` of the tokens that are issued for it; its id where they are none. */
  readonly audience: string;
  /** What may be asked for together. A request that names no resources means those of the one offer that has all its actions. */
  readonly offers: readonly { readonly actions: readonly string[]; readonly resources: readonly string[] }[];
  /** Longest lease, in seconds. */
  readonly maxSeconds: number;
  /** Trust rules whose workloads may introspect what was issued for this target: its resource servers. */
  readonly resourceServers: readonly string[];
}

/** The target that goes by this name: its id, or a further name that it shares with no other. */
export function findTarget(targets: readonly HttpTarget[], name: string): HttpTarget | undefined {
  const named = targets.find(({ id }) => id === name);
  if (named !== undefined) return named;
  const [target, ...others] = targets.filter(({ names }) => names.includes(name));
  return others.length === 0 ? target : undefined;
}

/** What a request for these actions means that names no resources; nothing where that is not clear. */
export function usualResources({ offers }: HttpTarget, actions: readonly string[]): readonly string[] {
  const fitting = offers.filter((offer) => actions.every((action) => offer.actions.includes(action)));
  const [only, ...others] = fitting;
  return others.length === 0 ? (only?.resources ?? []) : [];
}
