import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { AppError } from '../errors.ts';
import type { DiscoverOptions } from '../jobs/discover.ts';
import { type VerifiedSecrets, verifyInventory } from '../jobs/verify-secrets.ts';
import type { Rule } from '../scan/secrets/rule.ts';
import type { CliContext } from './context.ts';

/** Asks the vendors about secrets of the inventory and tells people on stderr how it went. */
export async function verify(
  discover: DiscoverOptions,
  {
    config,
    rules,
    only,
  }: { readonly config: Config; readonly rules: readonly Rule[]; readonly only?: ReadonlySet<string> },
  cli: CliContext,
): Promise<VerifiedSecrets> {
  const { ca, interval, timeout } = config.verify;
  const verified = await verifyInventory({
    ...discover,
    rules,
    interval,
    timeout,
    clock: cli.now,
    ...(only === undefined ? {} : { only }),
    ...(ca === undefined ? {} : { ca: readAuthorities(resolve(config.folder, ca)) }),
  });
  const count = (validity: string) => verified.verdicts.filter((verdict) => verdict.validity === validity).length;
  cli.stderr.write(
    `verified ${verified.verdicts.length} secrets: ${count('active')} work, ${count('inactive')} do not, ` +
      `${count('unknown')} unclear; ${verified.unasked} have no rule that says how to ask\n`,
  );
  return verified;
}

function readAuthorities(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AppError('ERR_CONFIG_INVALID', `${file}: the certificate authorities of verify.ca cannot be read`, {
      cause,
    });
  }
}
