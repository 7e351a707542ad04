import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { BundleConfig } from '../config/policy-bundles.ts';
import { resolveSecret } from '../config/resolve-secret.ts';
import { AppError } from '../errors.ts';
import type { GatePolicies } from '../gate/gate.ts';
import type { BundleSource } from '../policy/bundles/bundle-source.ts';
import type { SignatureRule } from '../policy/bundles/verify-signature.ts';
import type { CliContext } from './context.ts';

/**
 * Bundles as the configuration has them, with their secrets, keys and certificates.
 *
 * @throws {AppError} ERR_CONFIG_SECRET, ERR_CONFIG_INVALID.
 */
export function bundleSources(
  { bundles, folder, locate }: Pick<GatePolicies, 'bundles' | 'folder' | 'locate'>,
  cli: CliContext,
): readonly BundleSource[] {
  return bundles.map((bundle) => ({
    name: bundle.name,
    from: placeOf(bundle, { folder, locate, env: cli.env }),
    interval: bundle.interval,
    maxSize: bundle.max_size,
    unsigned: bundle.unsigned === true,
    ...(bundle.signature === undefined ? {} : { signature: ruleOf(bundle.name, bundle.signature) }),
  }));
}

function placeOf(
  { name, url, path = '', credential, ca, timeout }: BundleConfig,
  surroundings: Pick<GatePolicies, 'folder' | 'locate'> & Pick<CliContext, 'env'>,
): BundleSource['from'] {
  const { locate } = surroundings;
  if (url === undefined) return { path: locate(path), shown: path };
  return {
    url: new URL(url),
    timeout,
    ...(credential === undefined ? {} : { credential: resolveSecret(credential, surroundings) }),
    ...(ca === undefined ? {} : { ca: readAuthorities(name, ca, locate) }),
  };
}

function ruleOf(bundle: string, { keys, scope }: NonNullable<BundleConfig['signature']>): SignatureRule {
  return {
    keys: new Map(
      keys.map(({ id, algorithm, public_key }) => [
        id,
        { algorithm, key: publicKey(`${bundle}: key ${id}`, public_key) },
      ]),
    ),
    ...(scope === undefined ? {} : { scope }),
  };
}

function publicKey(what: string, pem: string): KeyObject {
  try {
    return createPublicKey(pem);
  } catch (cause) {
    throw new AppError('ERR_CONFIG_INVALID', `policy bundle ${what}: public_key cannot be read`, { cause });
  }
}

function readAuthorities(bundle: string, ca: string, locate: (path: string) => string): string {
  try {
    return readFileSync(locate(ca), 'utf8');
  } catch (cause) {
    throw new AppError('ERR_CONFIG_INVALID', `policy bundle ${bundle}: ${ca}: ca cannot be read`, { cause });
  }
}
