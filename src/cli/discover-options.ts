import { scannersWith } from '../../scanners/index.ts';
import { readSecretSettings } from '../gate/secret-settings.ts';
import type { DiscoverOptions } from '../jobs/discover.ts';
import { archiveLimits } from '../scan/archives/archive-limits.ts';
import type { SecretScanner } from '../scan/secrets/secret-scanner.ts';
import type { SecretSettings } from '../scan/secrets/secret-settings.ts';
import type { CliContext } from './context.ts';
import type { Workspace } from './workspace.ts';

/** What a command line says of a discovery; the rest is configuration. */
export interface AskedDiscovery extends Pick<DiscoverOptions, 'paths' | 'exports'> {
  readonly gitHistory?: boolean;
  /** False when archives are not to be looked into. */
  readonly archives: boolean;
  /** Ids of the scanners that are to read; all without it. */
  readonly only?: readonly string[];
}

/** A discovery by the configuration: with its scanners, the users' rules among them, and its limits. */
export async function discoverOptions(
  { config, store, fingerprint }: Pick<Workspace, 'config' | 'store' | 'fingerprint'>,
  { paths, exports, gitHistory, archives, only }: AskedDiscovery,
  cli: CliContext,
): Promise<{ readonly options: DiscoverOptions; readonly secrets: SecretScanner; readonly settings: SecretSettings }> {
  const settings = readSecretSettings(config);
  const { all, secrets } = await scannersWith(settings);
  const limits = archives ? archiveLimits(config.scan) : undefined;
  const options: DiscoverOptions = {
    paths,
    exports,
    cwd: cli.cwd,
    folder: config.folder,
    scanners: only === undefined ? all : all.filter(({ id }) => only.includes(id)),
    store,
    now: cli.now(),
    fingerprint,
    ...(config.repository === undefined ? {} : { repository: config.repository }),
    cluster: config.cluster,
    exclude: config.scan.exclude,
    maxFileSize: config.scan.max_file_size,
    history: gitHistory ?? config.scan.history,
    ...(limits === undefined ? {} : { archives: limits }),
  };
  return { options, secrets, settings };
}
