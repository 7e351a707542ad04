import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where compiled policies are kept: `$XDG_CACHE_HOME/lapse/policy` or `~/.cache/lapse/policy`. Never inside a repository:
 * whoever writes there could plant a policy that finds nothing. `undefined` where there is no home.
 */
export function defaultCacheFolder(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const base = env.XDG_CACHE_HOME;
  if (base !== undefined && base !== '') return join(base, 'lapse', 'policy');
  const home = homedir();
  return home === '' || home === '/' ? undefined : join(home, '.cache', 'lapse', 'policy');
}
