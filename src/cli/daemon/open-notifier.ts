import type { IssuerConfig } from '../../config/issuer.ts';
import type { AuditSink } from '../../issuer/audit/audit-sink.ts';
import type { Logger } from '../../issuer/logger.ts';
import type { JobQueue } from '../../jobs/job-queue.ts';
import { EventOutbox } from '../../notify/event-outbox.ts';
import { noticeOf } from '../../notify/notice-of.ts';
import { type Audience, Notifier } from '../../notify/notifier.ts';
import type { IssuerStore } from '../../store/issuer/issuer-store.ts';
import { type ChannelSurroundings, openChannel, subscriptions } from './open-channels.ts';

/** What this reader of the audit log is called. */
export const NOTICES = 'notices';

interface Surroundings extends ChannelSurroundings {
  readonly store: IssuerStore;
  readonly jobs: JobQueue;
  readonly logger: Logger;
  /** Of the issuer, for links. */
  readonly url: string;
}

/**
 * Tells people of what the audit log says, as one more reader of it.
 *
 * @throws {AppError} ERR_CONFIG_SECRET, ERR_CONFIG_INVALID.
 */
export function openNotifier(
  section: IssuerConfig,
  surroundings: Surroundings,
): { sink: AuditSink; turnTo(audience: Audience): void; close(): void } {
  const { store, jobs, logger, url, now } = surroundings;
  const notifier = new Notifier({ ...openAudience(section, surroundings), jobs, logger, now });
  const sink = new EventOutbox({
    name: NOTICES,
    store,
    now,
    take: async (event) => {
      const notice = noticeOf(event, url);
      if (notice !== undefined) await notifier.tell(notice);
      return notice !== undefined;
    },
  });
  return { sink, turnTo: (audience) => notifier.turnTo(audience), close: () => notifier.close() };
}

/** The channels of a configuration, and what they are for; @throws {AppError} ERR_CONFIG_SECRET, ERR_CONFIG_INVALID. */
export function openAudience({ alerts }: IssuerConfig, surroundings: ChannelSurroundings): Audience {
  return {
    channels: alerts.channels.map((channel) => openChannel(channel, surroundings)),
    subscriptions: subscriptions(alerts.channels),
    perHour: alerts.per_hour,
  };
}
