import { setFlagsFromString } from 'node:v8';

/** What is done: reading files in this thread, reading them in threads beside it, or judging a view. */
export type Work = 'reading' | 'reading in threads' | 'judging';

/** By how much an old generation may grow before it is looked at, in percent; 0 leaves it to V8. */
const HEAP_GROWTH: Readonly<Record<Work, number>> = { reading: 0, 'reading in threads': 30, judging: 15 };

/**
 * Tells V8, for all threads of the process, how to collect garbage. While files are read, what passes through is garbage at
 * once: a young generation that grows, to 48 MB, would only keep it longer, and helpers that collect a small one cost more
 * than they save. Each thread has an old generation of its own, which doubles before anybody looks: with several, or with a view
 * of many identities, that is most of the memory. bench/secrets-speed.ts and bench/identities.ts show it.
 *
 * V8 lets generations grow again whenever a thread starts; so each of them says it anew.
 */
export function tuneCollector(work: Work): void {
  setFlagsFromString(work === 'judging' ? '--parallel-scavenge' : '--no-parallel-scavenge');
  setFlagsFromString(`--semi-space-growth-factor=1`);
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH[work]}`);
}
