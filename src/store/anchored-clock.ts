import { uptime } from 'node:os';

/** Of what the reference says to be wrong, so much is made good per millisecond that has passed: 1 in 1000. */
const SLEW = 1 / 1000;
/** The machine has slept when it has been up for so many milliseconds longer than the process has seen pass. */
const SLEPT = 2_500;

export interface ClockSources {
  /** Milliseconds that go on evenly, whatever is done to the clock; they may stand still while the machine sleeps. */
  monotonic(): number;
  /** Milliseconds since the machine was started, with its sleep; to the second. */
  uptime(): number;
}

const SYSTEM: ClockSources = { monotonic: () => performance.now(), uptime: () => uptime() * 1000 };

/**
 * A clock that reads its reference (the database's time, or the host's) once and goes on by itself: evenly, never backwards. Later readings
 * of the reference correct its drift, one part in a thousand at most, so that a jump of the reference by ten minutes moves it by less than
 * a clock may drift anyway, while a real drift (100 parts in a million for a poor quartz) never grows. Time that the machine
 * has slept counts: nothing may live longer because a lid was closed.
 */
export class AnchoredClock {
  readonly #sources: ClockSources;
  /** Milliseconds since 1970 less those of the monotonic source. */
  #offset: number;
  #sleepless: number;
  #corrected: number;
  #difference = 0;
  #last = 0;

  constructor(reference: number, sources: ClockSources = SYSTEM) {
    this.#sources = sources;
    const monotonic = sources.monotonic();
    this.#offset = reference - monotonic;
    this.#sleepless = sources.uptime() - monotonic;
    this.#corrected = monotonic;
  }

  now(): Date {
    this.#last = Math.max(this.#last, Math.floor(this.#offset + this.#sources.monotonic()));
    return new Date(this.#last);
  }

  /** Milliseconds since the reference was read last. */
  get age(): number {
    return this.#sources.monotonic() - this.#corrected;
  }

  /** Milliseconds by which the reference was ahead when it was read last. */
  get difference(): number {
    return this.#difference;
  }

  /** Tells what the reference says at this moment. */
  correct(reference: number): void {
    const monotonic = this.#sources.monotonic();
    const slept = this.#sources.uptime() - monotonic - this.#sleepless;
    if (slept > SLEPT) {
      this.#offset += slept;
      this.#sleepless += slept;
    }
    const most = Math.max(0, monotonic - this.#corrected) * SLEW;
    const difference = reference - (this.#offset + monotonic);
    this.#offset += Math.max(-most, Math.min(most, difference));
    this.#corrected = monotonic;
    this.#difference = difference;
  }
}
