import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import type { SinkConfig } from '../../config/audit-sinks.ts';
import type { Config } from '../../config/config.ts';
import { splitListen } from '../../config/issuer-fields.ts';
import { resolveSecret } from '../../config/resolve-secret.ts';
import { AppError } from '../../errors.ts';
import type { AuditSink } from '../../issuer/audit/audit-sink.ts';
import { FileSink } from '../../issuer/audit/file-sink.ts';
import { SyslogSink } from '../../issuer/audit/syslog-sink.ts';
import { WebhookSink } from '../../issuer/audit/webhook-sink.ts';
import { stateDir } from '../../store/state-dir.ts';
import { readPem } from './read-pem.ts';

export interface SinkSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where paths start. */
  readonly folder: string;
  /** The state folder's own place for audit files. */
  readonly auditFolder: string;
  /** Detached JWS with the issuer's key. */
  readonly sign: (bytes: Uint8Array) => Promise<string>;
  now(): Date;
}

/**
 * The audit sinks as configured. Nothing is opened or connected to yet.
 *
 * @throws {AppError} ERR_CONFIG_SECRET, ERR_CONFIG_INVALID.
 */
export function openSinks(sinks: readonly SinkConfig[], surroundings: SinkSurroundings): readonly AuditSink[] {
  return sinks.map((sink) => openSink(sink, surroundings));
}

/** Where a file sink writes. */
export function sinkPath(
  path: string | undefined,
  { folder, auditFolder }: Pick<SinkSurroundings, 'folder' | 'auditFolder'>,
) {
  return path === undefined ? join(auditFolder, 'audit.jsonl') : resolve(folder, path);
}

/** Where archived parts of the audit log are. */
export function archiveFolder({ issuer, folder, state }: Config): string {
  const path = issuer?.audit.archive;
  return path === undefined ? join(stateDir(state).audit, 'archive') : resolve(folder, path);
}

function openSink(sink: SinkConfig, surroundings: SinkSurroundings): AuditSink {
  const { id: name, timeout } = sink;
  if (sink.type === 'file') {
    const { size, age, keep } = sink.rotate ?? {};
    const rotate = {
      ...(size === undefined ? {} : { size }),
      ...(age === undefined ? {} : { age }),
      ...(keep === undefined ? {} : { keep }),
    };
    return new FileSink({ name, path: sinkPath(sink.path, surroundings), rotate, minFree: sink.min_free, timeout });
  }
  const pem = (file: string | undefined, key: string) =>
    file === undefined ? undefined : readPem(resolve(surroundings.folder, file), `audit sink "${name}", ${key}`);
  const ca = pem(sink.ca, 'ca');
  if (sink.type === 'webhook')
    return new WebhookSink({
      name,
      url: sink.url,
      signing: 'hmac' in sink.sign ? { hmac: resolveSecret(sink.sign.hmac, surroundings) } : { jws: surroundings.sign },
      ...(sink.authorization === undefined ? {} : { authorization: resolveSecret(sink.authorization, surroundings) }),
      privateNetwork: sink.private_network,
      durable: sink.durable,
      batch: sink.batch,
      timeout,
      ...(ca === undefined ? {} : { ca }),
      now: surroundings.now,
    });
  const address = splitListen(sink.address);
  if (address === undefined) throw new AppError('ERR_CONFIG_INVALID', `audit sink "${name}": no host:port`);
  const [cert, key] = [pem(sink.cert, 'cert'), pem(sink.key, 'key')];
  return new SyslogSink({
    name,
    ...address,
    transport: sink.transport,
    facility: sink.facility,
    hostname: sink.hostname ?? (hostname().replace(/[^!-~]/g, '') || '-'),
    format: sink.format,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    timeout,
  });
}
