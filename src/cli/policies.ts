import { relative, resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { createPolicyEngine } from '../policy/create-policy-engine.ts';
import type { PolicyEngine } from '../policy/engine.ts';
import { loadPolicySources, mergePolicyFolders } from '../policy/policy-sources.ts';
import type { CliContext } from './context.ts';

/**
 * Opens lapse's policies together with those of the configuration, whose data is laid over lapse's own.
 *
 * @throws {AppError} ERR_POLICY_NOT_FOUND, ERR_POLICY_INVALID with the place.
 */
export async function openPolicies(config: Config, cli: CliContext): Promise<PolicyEngine> {
  const folders = await Promise.all(
    config.policy.paths.map((path) => {
      const absolute = resolve(config.folder, path);
      return loadPolicySources(absolute, { name: relative(cli.cwd, absolute) });
    }),
  );
  return createPolicyEngine({
    data: config.policy.data,
    ...(folders.length === 0 ? {} : { custom: mergePolicyFolders(folders) }),
  });
}
