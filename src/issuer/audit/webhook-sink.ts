import type { AuditEvent } from '../../model/audit-event.ts';
import type { SecretValue } from '../../model/secret-value.ts';
import { addressPolicyFor, hostOf } from '../../net/host-of.ts';
import { DeliveryError, post } from '../../net/post.ts';
import { type BodySigning, signedHeaders } from '../../net/sign-body.ts';
import type { AuditSink } from './audit-sink.ts';

export interface WebhookSinkOptions {
  readonly name: string;
  readonly url: string;
  readonly signing: BodySigning;
  readonly authorization?: SecretValue;
  readonly privateNetwork: boolean;
  readonly durable: boolean;
  readonly batch: number;
  readonly timeout: number;
  readonly ca?: string;
  now(): Date;
}

/** POSTs batches as `{"events": [...]}`, signed. Any answer but 2xx is a failure: the same events come again. */
export class WebhookSink implements AuditSink {
  readonly name: string;
  readonly durable: boolean;
  readonly timeout: number;
  readonly batch: number;
  readonly #options: WebhookSinkOptions;

  constructor(options: WebhookSinkOptions) {
    this.name = options.name;
    this.durable = options.durable;
    this.timeout = options.timeout;
    this.batch = options.batch;
    this.#options = options;
  }

  async lastSeq(): Promise<undefined> {
    return undefined;
  }

  async write(events: readonly AuditEvent[]): Promise<void> {
    const { signing, authorization, privateNetwork, timeout, ca, now } = this.#options;
    const url = new URL(this.#options.url);
    const body = JSON.stringify({ events });
    const { status } = await post(url, body, {
      headers: {
        'content-type': 'application/json',
        ...(await signedHeaders(body, signing, now())),
        ...(authorization === undefined ? {} : { authorization: authorization.reveal() }),
      },
      policy: addressPolicyFor(hostOf(url), privateNetwork),
      timeout,
      ...(ca === undefined ? {} : { ca }),
    });
    if (status < 200 || status > 299) throw new DeliveryError(`HTTP_${status}`);
  }

  async close(): Promise<void> {}
}
