import type { Logger } from '../issuer/logger.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import type { Channel } from './channel.ts';
import { type Notice, noticeSchema } from './notice.ts';
import { RateLimit } from './rate-limit.ts';
import { channelsFor, type Subscription } from './route.ts';

export interface NotifierOptions {
  readonly channels: readonly Channel[];
  readonly subscriptions: readonly Subscription[];
  readonly jobs: Pick<JobQueue, 'add' | 'work'>;
  /** Notices of one channel and hour; critical ones are not counted. */
  readonly perHour: number;
  readonly logger: Logger;
  now(): Date;
}

const QUEUE = 'notices';

/** Sends notices to the channels that want them, each as a job of its own: one that fails comes again and holds up no other. */
export class Notifier {
  readonly #options: NotifierOptions;
  readonly #limit: RateLimit;

  constructor(options: NotifierOptions) {
    this.#options = options;
    this.#limit = new RateLimit(options.perHour, options.now);
    const channels = new Map(options.channels.map((channel) => [channel.id, channel]));
    options.jobs.work(QUEUE, async ({ data }) => {
      // A channel that is no longer configured is owed nothing.
      await channels.get(String(data.channel))?.send(noticeSchema.parse(data.notice));
    });
  }

  /** Resolves when what is to be sent is on disk. */
  async tell(notice: Notice): Promise<void> {
    for (const channel of channelsFor(notice, this.#options.subscriptions)) {
      const verdict = notice.severity === 'critical' ? 'send' : this.#limit.take(channel);
      if (verdict === 'drop') continue;
      const data = { channel, notice: verdict === 'last' ? muted(notice, this.#options.perHour) : notice };
      await this.#options.jobs.add(QUEUE, JSON.parse(JSON.stringify(data)), { key: `${channel}:${notice.key}` });
      if (verdict === 'last') this.#options.logger.warn({ event: 'notify.muted', channel }, 'too many notices');
    }
  }

  close(): void {
    for (const channel of this.#options.channels) channel.close();
  }
}

function muted(notice: Notice, perHour: number): Notice {
  return {
    ...notice,
    title: `${notice.title} (further notices of this hour are left out)`,
    facts: [...notice.facts, { name: 'limit', value: `${perHour} an hour; "lapse alerts" has them all` }],
  };
}
