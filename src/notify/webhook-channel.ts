import type { SecretValue } from '../model/secret-value.ts';
import { addressPolicyFor, hostOf } from '../net/host-of.ts';
import { DeliveryError, post } from '../net/post.ts';
import { type BodySigning, signedHeaders } from '../net/sign-body.ts';
import type { Channel } from './channel.ts';
import type { Notice } from './notice.ts';
import { slackMessage } from './slack-message.ts';

export interface WebhookChannelOptions {
  readonly id: string;
  /** Secret where the URL itself is the credential, as of incoming webhooks of chats. */
  readonly url: SecretValue;
  readonly privateNetwork: boolean;
  readonly timeout: number;
  readonly ca?: string;
  now(): Date;
}

/** POSTs each notice as JSON, signed. */
export function webhookChannel(
  options: WebhookChannelOptions & { readonly signing: BodySigning; readonly authorization?: SecretValue },
): Channel {
  return {
    id: options.id,
    async send(notice) {
      const body = JSON.stringify(notice);
      const authorization =
        options.authorization === undefined ? {} : { authorization: options.authorization.reveal() };
      await deliver(options, body, {
        ...(await signedHeaders(body, options.signing, options.now())),
        ...authorization,
      });
    },
    close: () => undefined,
  };
}

/** A message for an incoming webhook of Slack, or of what understands the same (Mattermost, Rocket.Chat). */
export function slackChannel(options: WebhookChannelOptions): Channel {
  return {
    id: options.id,
    send: (notice: Notice) => deliver(options, JSON.stringify(slackMessage(notice)), {}),
    close: () => undefined,
  };
}

async function deliver(
  { url: secretUrl, privateNetwork, timeout, ca }: WebhookChannelOptions,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const url = new URL(secretUrl.reveal());
  const { status } = await post(url, body, {
    headers: { 'content-type': 'application/json', ...headers },
    policy: addressPolicyFor(hostOf(url), privateNetwork),
    timeout,
    ...(ca === undefined ? {} : { ca }),
  });
  if (status < 200 || status > 299) throw new DeliveryError(`HTTP_${status}`);
}
