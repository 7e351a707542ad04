import { relative, resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import type { PolicyPlace } from '../gate/gate.ts';
import { createPolicyEngine } from '../policy/create-policy-engine.ts';
import type { PolicyEngine } from '../policy/engine.ts';
import { loadPolicySources, mergePolicyFolders } from '../policy/policy-sources.ts';
import type { CliContext } from './context.ts';

/** Opens lapse's policies together with those of the configuration; see `openPolicyPlaces`. */
export function openPolicies({ policy, folder }: Config, cli: CliContext): Promise<PolicyEngine> {
  const places = policy.paths.map((path) => {
    const absolute = resolve(folder, path);
    return { path: absolute, name: relative(cli.cwd, absolute) };
  });
  return openPolicyPlaces(places, policy.data);
}

/**
 * Opens lapse's policies together with those of some folders.
 *
 * @param data - laid over `data.lapse`.
 * @throws {AppError} ERR_POLICY_NOT_FOUND, ERR_POLICY_INVALID with the place.
 */
export async function openPolicyPlaces(
  places: readonly PolicyPlace[],
  data: Config['policy']['data'],
): Promise<PolicyEngine> {
  const folders = await Promise.all(places.map(({ path, name }) => loadPolicySources(path, { name })));
  return createPolicyEngine({ data, ...(folders.length === 0 ? {} : { custom: mergePolicyFolders(folders) }) });
}
