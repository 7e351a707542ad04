import { setFlagsFromString } from 'node:v8';

/** Who reads files: nobody, this thread, or threads beside it. */
export type Reading = 'nobody' | 'here' | 'threads';

/**
 * Tells V8, for all threads of the process, how to collect garbage while files are read. What passes through is garbage at
 * once: a young generation that grows, to 48 MB, would only keep it longer, and helpers that collect a small one cost more
 * than they save. Each thread has an old generation of its own, which doubles before anybody looks: with several, that is
 * most of the memory. bench/secrets-speed.ts shows it.
 *
 * V8 lets generations grow again whenever a thread starts; so each of them says it anew.
 */
export function tuneCollector(reading: Reading): void {
  setFlagsFromString(reading === 'nobody' ? '--parallel-scavenge' : '--no-parallel-scavenge');
  setFlagsFromString(`--semi-space-growth-factor=${reading === 'nobody' ? 2 : 1}`);
  setFlagsFromString(`--heap-growing-percent=${reading === 'threads' ? 30 : 0}`);
}
