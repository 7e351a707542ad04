import { resolve } from 'node:path';
import type { ChannelConfig } from '../../config/alert-channels.ts';
import { secureUrlSchema, splitListen } from '../../config/issuer-fields.ts';
import { resolveSecret } from '../../config/resolve-secret.ts';
import { AppError } from '../../errors.ts';
import { SecretValue } from '../../model/secret-value.ts';
import type { Channel } from '../../notify/channel.ts';
import { emailChannel } from '../../notify/email-channel.ts';
import type { Subscription } from '../../notify/route.ts';
import { slackChannel, webhookChannel } from '../../notify/webhook-channel.ts';
import { readPem } from './read-pem.ts';

export interface ChannelSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where paths start. */
  readonly folder: string;
  /** Detached JWS with the issuer's key. */
  readonly sign: (bytes: Uint8Array) => Promise<string>;
  now(): Date;
}

/**
 * A channel as configured. Nothing is connected to yet.
 *
 * @throws {AppError} ERR_CONFIG_SECRET, ERR_CONFIG_INVALID.
 */
export function openChannel(config: ChannelConfig, surroundings: ChannelSurroundings): Channel {
  const { id, timeout } = config;
  const { now } = surroundings;
  const ca =
    config.ca === undefined ? {} : { ca: readPem(resolve(surroundings.folder, config.ca), `alert channel "${id}"`) };
  if (config.type === 'email') {
    const server = splitListen(config.server);
    if (server === undefined) throw new AppError('ERR_CONFIG_INVALID', `alert channel "${id}": no host:port`);
    const { tls, from, to } = config;
    const login =
      config.login === undefined
        ? {}
        : { login: { user: config.login.user, password: resolveSecret(config.login.password, surroundings) } };
    return emailChannel({ id, ...server, tls, ...login, from, to, timeout, ...ca });
  }
  const privateNetwork = config.private_network;
  if (config.type === 'slack') {
    const url = resolveSecret(config.url, surroundings);
    if (!secureUrlSchema.safeParse(url.reveal()).success)
      throw new AppError('ERR_CONFIG_INVALID', `alert channel "${id}": its secret is no https URL`);
    return slackChannel({ id, url, privateNetwork, timeout, ...ca, now });
  }
  const signing =
    'hmac' in config.sign ? { hmac: resolveSecret(config.sign.hmac, surroundings) } : { jws: surroundings.sign };
  const authorization =
    config.authorization === undefined ? {} : { authorization: resolveSecret(config.authorization, surroundings) };
  const url = new SecretValue(config.url);
  return webhookChannel({ id, url, privateNetwork, timeout, ...ca, now, signing, ...authorization });
}

/** What the channels are for. */
export function subscriptions(channels: readonly ChannelConfig[]): readonly Subscription[] {
  return channels.map((channel) => ({
    channel: channel.id,
    kinds: channel.for,
    minSeverity: channel.min_severity,
    rules: channel.rules,
    groups: channel.groups,
  }));
}
