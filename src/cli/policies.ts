import { dirname, join, relative, resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import type { GatePolicies } from '../gate/gate.ts';
import type { JsonObject } from '../model/json.ts';
import type { BundleSource } from '../policy/bundles/bundle-source.ts';
import type { PolicyEvent, PolicyFeeds } from '../policy/bundles/policy-feeds.ts';
import { createPolicyEngine } from '../policy/create-policy-engine.ts';
import { defaultCacheFolder } from '../policy/default-cache-folder.ts';
import type { PolicyEngine } from '../policy/engine.ts';
import { loadPolicySources, mergePolicyFolders, type PolicyFolder } from '../policy/policy-sources.ts';
import { createStateDir } from '../store/state-dir.ts';
import type { CliContext } from './context.ts';

/**
 * Opens lapse's policies together with those of the configuration, for a command. Bundles that cannot be had are told on stderr,
 * and the last good ones are used.
 *
 * @throws {AppError} ERR_POLICY_NOT_FOUND, ERR_POLICY_INVALID with the place; of a bundle of which there is no good one:
 * ERR_POLICY_UNREACHABLE, ERR_POLICY_BUNDLE.
 */
export async function openPolicies(config: Config, cli: CliContext): Promise<PolicyEngine> {
  const folder = await readPolicyFolder(config, cli);
  return open({ folder, data: config.policy.data, sources: await configuredSources(config, cli) }, cli, () =>
    keptBundles(config),
  );
}

/**
 * The same for a gate. What was kept of its bundles lies outside of the repository, where no change can put anything.
 *
 * @throws {AppError} as `openPolicies`.
 */
export async function openGatePolicies(policies: GatePolicies, cli: CliContext): Promise<PolicyEngine> {
  const folders = await Promise.all(policies.places.map(({ path, name }) => loadPolicySources(path, { name })));
  const sources = await sourcesOf(policies, cli);
  const passing = sources.map((source) =>
    'path' in source.from ? { ...source, from: { ...source.from, passing: true as const } } : source,
  );
  const cache = defaultCacheFolder(cli.env);
  return open({ folder: mergePolicyFolders(folders), data: policies.data, sources: passing }, cli, () =>
    cache === undefined ? undefined : join(dirname(cache), 'bundles'),
  );
}

/**
 * Opens them for as long as the daemon runs. What is wrong with a bundle is told to `report`, at the start as later.
 *
 * @throws {AppError} ERR_POLICY_NOT_FOUND, ERR_POLICY_INVALID of policies without bundles.
 */
export async function openPolicyFeeds(
  config: Config,
  cli: CliContext,
  report: (event: PolicyEvent) => void,
): Promise<PolicyFeeds> {
  const { PolicyFeeds } = await import('../policy/bundles/policy-feeds.ts');
  return PolicyFeeds.open({
    folder: await readPolicyFolder(config, cli),
    data: config.policy.data,
    sources: await configuredSources(config, cli),
    keepIn: keptBundles(config),
    now: () => cli.now(),
    report,
    // Whoever asks while a thread loads the policies would wait for it.
    createEngine: (options) => createPolicyEngine({ ...options, warm: true }),
  });
}

/** What `policy.paths` names. */
export async function readPolicyFolder({ policy, folder }: Config, cli: CliContext): Promise<PolicyFolder> {
  const folders = policy.paths.map((path) => {
    const absolute = resolve(folder, path);
    return loadPolicySources(absolute, { name: relative(cli.cwd, absolute) });
  });
  return mergePolicyFolders(await Promise.all(folders));
}

interface Parts {
  readonly folder: PolicyFolder;
  readonly data: JsonObject;
  readonly sources: readonly BundleSource[];
}

async function open(parts: Parts, cli: CliContext, keepIn: () => string | undefined): Promise<PolicyEngine> {
  const { folder, data, sources } = parts;
  if (sources.length === 0) {
    const empty = Object.keys(folder.modules).length === 0 && Object.keys(folder.data).length === 0;
    return createPolicyEngine({ data, ...(empty ? {} : { custom: folder }) });
  }
  const { PolicyFeeds } = await import('../policy/bundles/policy-feeds.ts');
  const kept = keepIn();
  const { engine } = await PolicyFeeds.open({
    ...parts,
    ...(kept === undefined ? {} : { keepIn: kept }),
    reuse: true,
    now: () => cli.now(),
    report: (event) => tell(event, cli),
  });
  if (engine.missing === undefined) return engine;
  await engine.close();
  throw engine.missing;
}

/** Whoever waits for a command is told what it did without; an error that ends it is told by itself. */
function tell(event: PolicyEvent, cli: CliContext): void {
  if (event.kind === 'unkept') cli.stderr.write(`lapse: bundle ${event.bundle} cannot be kept for the next time\n`);
  if (event.kind !== 'refused' || event.inForce === undefined) return;
  const { message, code } = event.error;
  cli.stderr.write(`lapse: ${message} (${code}); revision ${event.inForce} stays in force\n`);
}

function keptBundles({ state }: Config): string {
  return join(createStateDir(state).path, 'policy');
}

async function configuredSources({ policy, folder }: Config, cli: CliContext): Promise<readonly BundleSource[]> {
  return sourcesOf({ bundles: policy.bundles, folder, locate: (path) => resolve(folder, path) }, cli);
}

async function sourcesOf(
  policies: Pick<GatePolicies, 'bundles' | 'folder' | 'locate'>,
  cli: CliContext,
): Promise<readonly BundleSource[]> {
  if (policies.bundles.length === 0) return [];
  const { bundleSources } = await import('./bundle-sources.ts');
  return bundleSources(policies, cli);
}
