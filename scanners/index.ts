import type { Scanner } from '../src/scan/scanner.ts';
import type { SecretScanner } from '../src/scan/secrets/secret-scanner.ts';
import type { SecretSettings } from '../src/scan/secrets/secret-settings.ts';
import { agentsScanner } from './agents/index.ts';
import { ansibleScanner } from './ansible/index.ts';
import { awsScanner } from './aws/index.ts';
import { azureScanner } from './azure/index.ts';
import { circleciScanner } from './circleci/index.ts';
import { cloudformationScanner } from './cloudformation/index.ts';
import { composeScanner } from './compose/index.ts';
import { gcpScanner } from './gcp/index.ts';
import { githubScanner } from './github/index.ts';
import { gitlabScanner } from './gitlab/index.ts';
import { helmScanner } from './helm/index.ts';
import { jenkinsScanner } from './jenkins/index.ts';
import { kubernetesScanner } from './kubernetes/index.ts';
import { mysqlScanner } from './mysql/index.ts';
import { postgresScanner } from './postgres/index.ts';
import { pulumiScanner } from './pulumi/index.ts';
import { secretsScanner, secretsScannerWith } from './secrets/index.ts';
import { sshScanner } from './ssh/index.ts';
import { systemdScanner } from './systemd/index.ts';
import { terraformScanner } from './terraform/index.ts';
import { vaultScanner } from './vault/index.ts';

/** Every built-in scanner. A new one is a folder beside this file, a line here and one in `ids.ts`. */
export const scanners: readonly Scanner[] = [
  secretsScanner,
  awsScanner,
  azureScanner,
  kubernetesScanner,
  gcpScanner,
  githubScanner,
  gitlabScanner,
  agentsScanner,
  systemdScanner,
  sshScanner,
  jenkinsScanner,
  helmScanner,
  composeScanner,
  circleciScanner,
  ansibleScanner,
  terraformScanner,
  cloudformationScanner,
  pulumiScanner,
  postgresScanner,
  mysqlScanner,
  vaultScanner,
];

/**
 * The same, with what a configuration says of secrets.
 *
 * @throws AppError ERR_CONFIG_INVALID for a user's rule, before anything is read with it.
 */
export async function scannersWith(
  settings: SecretSettings,
): Promise<{ readonly all: readonly Scanner[]; readonly secrets: SecretScanner }> {
  const secrets = await secretsScannerWith(settings);
  return { all: scanners.map((scanner) => (scanner === secretsScanner ? secrets : scanner)), secrets };
}
