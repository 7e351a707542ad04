import type { Logger } from '../issuer/logger.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import type { Channel } from './channel.ts';
import { type Notice, noticeSchema } from './notice.ts';
import { RateLimit } from './rate-limit.ts';
import { channelsFor, type Subscription } from './route.ts';

/** Who is told what. */
export interface Audience {
  readonly channels: readonly Channel[];
  readonly subscriptions: readonly Subscription[];
  /** Notices of one channel and hour; critical ones are not counted. */
  readonly perHour: number;
}

export interface NotifierOptions extends Audience {
  readonly jobs: Pick<JobQueue, 'add' | 'work'>;
  readonly logger: Logger;
  now(): Date;
}

const QUEUE = 'notices';

/** Sends notices to the channels that want them, each as a job of its own: one that fails comes again and holds up no other. */
export class Notifier {
  readonly #options: NotifierOptions;
  #audience: Audience;
  #limit: RateLimit;

  constructor(options: NotifierOptions) {
    this.#options = options;
    this.#audience = options;
    this.#limit = new RateLimit(options.perHour, options.now);
    options.jobs.work(QUEUE, async ({ data }) => {
      const channel = this.#audience.channels.find(({ id }) => id === data.channel);
      // A channel that is no longer configured is owed nothing.
      await channel?.send(noticeSchema.parse(data.notice));
    });
  }

  /** Others are told from now on; what waits for a channel of the same name goes to the new one. */
  turnTo(audience: Audience): void {
    const former = this.#audience;
    this.#audience = audience;
    if (audience.perHour !== former.perHour) this.#limit = new RateLimit(audience.perHour, this.#options.now);
    for (const channel of former.channels) channel.close();
  }

  /** Resolves when what is to be sent is on disk. */
  async tell(notice: Notice): Promise<void> {
    for (const channel of channelsFor(notice, this.#audience.subscriptions)) {
      const verdict = notice.severity === 'critical' ? 'send' : this.#limit.take(channel);
      if (verdict === 'drop') continue;
      const data = { channel, notice: verdict === 'last' ? muted(notice, this.#audience.perHour) : notice };
      await this.#options.jobs.add(QUEUE, JSON.parse(JSON.stringify(data)), { key: `${channel}:${notice.key}` });
      if (verdict === 'last') this.#options.logger.warn({ event: 'notify.muted', channel }, 'too many notices');
    }
  }

  close(): void {
    for (const channel of this.#audience.channels) channel.close();
  }
}

function muted(notice: Notice, perHour: number): Notice {
  return {
    ...notice,
    title: `${notice.title} (further notices of this hour are left out)`,
    facts: [...notice.facts, { name: 'limit', value: `${perHour} an hour; "lapse alerts" has them all` }],
  };
}
