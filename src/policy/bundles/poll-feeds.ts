import type { BundleFeed } from './bundle-feed.ts';
import type { PolicyFeeds } from './policy-feeds.ts';

/** First pause after a failure, in milliseconds; each further one is twice as long, up to the interval. */
const FIRST_PAUSE = 1_000;
/** Many daemons that were started together must not ask together for ever. */
const JITTER = 0.1;

/**
 * Looks at every source again at its interval, sooner where it failed.
 *
 * @param random - from 0 to 1.
 * @returns ends it.
 */
export function pollFeeds(policies: PolicyFeeds, random: () => number = Math.random): () => void {
  const timers = new Map<BundleFeed, NodeJS.Timeout>();
  let ended = false;
  const wait = (feed: BundleFeed, failures: number): void => {
    if (ended) return;
    const pause = pauseOf(feed.source.interval, failures) * (1 + JITTER * (2 * random() - 1));
    timers.set(
      feed,
      setTimeout(async () => {
        // What fails has been told; the next look is what mends it.
        await policies.refresh(feed).catch(() => undefined);
        wait(feed, policies.isFailing(feed) ? failures + 1 : 0);
      }, pause),
    );
  };
  for (const feed of policies.feeds) wait(feed, policies.isFailing(feed) ? 1 : 0);
  return () => {
    ended = true;
    for (const timer of timers.values()) clearTimeout(timer);
  };
}

function pauseOf(interval: number, failures: number): number {
  return failures === 0 ? interval : Math.min(interval, FIRST_PAUSE * 2 ** (failures - 1));
}
