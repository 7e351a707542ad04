import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join, posix, relative, resolve } from 'node:path';
import type { Baseline } from '../config/baseline.ts';
import type { Config } from '../config/config.ts';
import { defaultConfigOf, loadConfig } from '../config/load-config.ts';
import { listTree } from '../scan/git/list-tree.ts';
import type { GitRepository } from '../scan/git/open-repository.ts';
import { readBlob } from '../scan/git/read-blob.ts';
import type { RuleFileText } from '../scan/secrets/load-rules.ts';
import { isRulePath, noRuleFile } from '../scan/secrets/rule-paths.ts';
import type { SecretSettings } from '../scan/secrets/secret-settings.ts';
import { readSecretSettings, settingsOf } from './secret-settings.ts';

const CONFIG = 'lapse.yaml';
const IGNORE = '.lapseignore';

/** Where policies are on the disk, and how people call that place. */
export interface PolicyPlace {
  readonly path: string;
  readonly name: string;
}

/** What the policies of a gate are opened from. */
export interface GatePolicies extends Pick<Config['policy'], 'bundles' | 'data'> {
  /** The user's, outside of bundles. */
  readonly places: readonly PolicyPlace[];
  /** Where secret references start. */
  readonly folder: string;
  /** Where a file is that the configuration names: a copy, if it could be part of the change. */
  locate(path: string): string;
}

/** Everything that decides about a change. Taken from the base, nothing of it can be relaxed by the change itself. */
export interface Gate {
  readonly config: Config;
  readonly policies: GatePolicies;
  readonly baseline: Baseline | undefined;
  /** `.lapseignore` files by directory; those on disk when absent. */
  readonly lapseIgnore?: ReadonlyMap<string, string>;
  /** What the configuration says of the secrets scanner, with the users' own rules. */
  readonly secrets: SecretSettings;
  /** Whether a path is part of the gate: a change to it is reported. */
  governs(path: string): boolean;
  /** Takes the copies of the policies away. */
  close(): void;
}

/**
 * Reads configuration, policies, rules for secrets, ignore rules and baseline from a commit; the defaults where there is none.
 *
 * @throws {AppError} ERR_CONFIG_INVALID, ERR_BASELINE_INVALID with the place in the base's file; ERR_CONFIG_NOT_FOUND when
 * it has no rule file of a name that its configuration gives.
 */
export async function readGateOfBase(repository: GitRepository, commit: string | undefined): Promise<Gate> {
  const readBytes = async (path: string) => (commit === undefined ? undefined : readBlob(repository, commit, path));
  const read = async (path: string) => (await readBytes(path))?.toString('utf8');
  const paths = commit === undefined ? [] : (await listTree(repository, commit)).map((entry) => entry.path);
  const copy = mkdtempSync(join(tmpdir(), 'lapse-base-'));
  const close = () => rmSync(copy, { recursive: true, force: true });
  try {
    const text = await read(CONFIG);
    const config =
      text === undefined
        ? await defaultConfigOf(repository.toplevel)
        : await loadConfig({ cwd: repository.toplevel, path: join(repository.toplevel, CONFIG), text });
    const policyPaths = config.policy.paths.map((path) =>
      posix.normalize(path).replace(/^\.\//, '').replace(/\/$/, ''),
    );
    const inside = (path: string) => relative(repository.toplevel, resolve(repository.toplevel, path));
    const bundlePaths = config.policy.bundles.flatMap(({ path, ca }) => [path ?? [], ca ?? []].flat()).map(inside);
    const isPolicy = (path: string) =>
      [...policyPaths, ...bundlePaths].some((folder) => path === folder || path.startsWith(`${folder}/`));
    for (const path of paths.filter(isPolicy)) {
      const target = join(copy, path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, (await readBytes(path)) ?? '');
    }
    const isRule = (path: string) => config.scan.rules.some((pattern) => isRulePath(pattern, path));
    const rulePaths = paths.filter(isRule).sort();
    const unknown = config.scan.rules.find((pattern) => !rulePaths.some((path) => isRulePath(pattern, path)));
    if (unknown !== undefined) throw noRuleFile(unknown);
    const files: RuleFileText[] = [];
    for (const path of rulePaths) files.push({ path, text: (await read(path)) ?? '' });
    const baselinePath = posix.normalize(config.check.baseline);
    const baselineText = await read(baselinePath);
    const lapseIgnore = new Map<string, string>();
    for (const path of paths.filter((candidate) => posix.basename(candidate) === IGNORE)) {
      lapseIgnore.set(posix.dirname(path) === '.' ? '' : posix.dirname(path), (await read(path)) ?? '');
    }
    return {
      config,
      policies: {
        ...config.policy,
        places: policyPaths.map((path) => ({ path: join(copy, path), name: path })),
        folder: config.folder,
        locate: (path) => {
          const within = inside(path);
          return within.startsWith('..') || isAbsolute(within)
            ? resolve(repository.toplevel, path)
            : join(copy, within);
        },
      },
      baseline:
        baselineText === undefined
          ? undefined
          : (await import('../config/baseline.ts')).parseBaseline(baselineText, baselinePath),
      lapseIgnore,
      secrets: settingsOf(config, files),
      governs: (path) =>
        [CONFIG, baselinePath].includes(path) || posix.basename(path) === IGNORE || isPolicy(path) || isRule(path),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/**
 * Reads the gate from the working tree, for whoever owns it: to judge everything that is there (`lapse check --all`), or to write a
 * baseline. Never for a change of somebody else.
 */
export async function readGateOfWorkingTree(repository: GitRepository): Promise<Gate> {
  const config = await loadConfig({ cwd: repository.toplevel });
  return {
    config,
    policies: {
      ...config.policy,
      places: config.policy.paths.map((path) => ({ path: resolve(config.folder, path), name: path })),
      folder: config.folder,
      locate: (path) => resolve(config.folder, path),
    },
    baseline: await (await import('../config/read-baseline.ts')).readBaseline(config),
    secrets: readSecretSettings(config),
    governs: () => false,
    close: () => undefined,
  };
}
