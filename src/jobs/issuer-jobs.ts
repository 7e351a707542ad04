import type { Issuer } from '../issuer/issuer.ts';
import type { Logger } from '../issuer/logger.ts';

/** Timers do not take more than this (2^31 - 1 ms would overflow at 24.8 days); a longer wait is cut in two. */
const LONGEST_WAIT = 10 * 60_000;
/** Not at once again after a failure, and not more often than the clock can tell apart. */
const SHORTEST_WAIT = 5;
const WAIT_AFTER_FAILURE = 1_000;

export interface IssuerJobsOptions {
  readonly issuer: Pick<Issuer, 'runDue' | 'onDeadline' | 'reconcile'>;
  readonly logger: Logger;
  /** Milliseconds from the end of one reconciliation to the next. */
  readonly reconcileInterval: number;
  now(): Date;
}

export interface IssuerJobs {
  /** Resolves after the first reconciliation: what a crash has left behind is known and on its way out. */
  readonly started: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Drives the issuer: a reconciliation at once and then at intervals, and one timer for whatever lease or request is due next. There is
 * no timer per lease: the rows say what is due, so a restart loses nothing and a hundred thousand leases cost no memory.
 */
export function startIssuerJobs(options: IssuerJobsOptions): IssuerJobs {
  const due = loop(() => options.issuer.runDue(), options, 'jobs.due_failed');
  const reconciling = loop(
    async () => {
      await options.issuer.reconcile();
      return new Date(options.now().getTime() + options.reconcileInterval);
    },
    options,
    'jobs.reconcile_failed',
  );
  const stopListening = options.issuer.onDeadline(due.wake);
  return {
    started: Promise.all([due.ran, reconciling.ran]).then(() => undefined),
    async stop() {
      stopListening();
      await Promise.all([due.stop(), reconciling.stop()]);
    },
  };
}

/** Runs `work` again and again: when it says, or earlier when told of something earlier; after a failure a little later. */
function loop(work: () => Promise<Date | undefined>, { logger, now }: IssuerJobsOptions, failure: string) {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let stopped = false;
  /** When the timer goes off. While `work` runs: the earliest that it was told of meanwhile, which it may have missed. */
  let next = Number.POSITIVE_INFINITY;

  const schedule = (at: number): void => {
    next = at;
    clearTimeout(timer);
    const wait = Math.min(Math.max(at - now().getTime(), SHORTEST_WAIT), LONGEST_WAIT);
    if (!stopped) timer = setTimeout(run, wait);
  };
  const runOnce = async (): Promise<number> => {
    try {
      return (await work())?.getTime() ?? Number.POSITIVE_INFINITY;
    } catch (error) {
      logger.error({ event: failure, err: error }, 'a job failed and is tried again');
      return now().getTime() + WAIT_AFTER_FAILURE;
    }
  };
  const run = (): void => {
    next = Number.POSITIVE_INFINITY;
    running = runOnce().then((due) => {
      running = undefined;
      schedule(Math.min(due, next));
    });
  };
  run();
  return {
    ran: running ?? Promise.resolve(),
    wake(at: Date): void {
      if (at.getTime() >= next) return;
      if (running === undefined) schedule(at.getTime());
      else next = at.getTime();
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
