/** What a thread is doing, and for how long. */
export interface EvaluationState {
  readonly phase: 'idle' | 'evaluating' | 'loading';
  /** Of the request that it evaluates. */
  readonly id: number;
  /** Milliseconds since it began with that. */
  readonly elapsed: number;
}

const PHASES = ['idle', 'evaluating', 'loading'] as const;
const [PHASE, ID, SINCE, FIELDS] = [0, 1, 2, 3];

/**
 * Memory that a thread shares with whoever watches its deadline: a thread that is busy can send no message, and messages that
 * it has sent may wait in the watcher's queue, which is no fault of the policy.
 */
export class EvaluationClock {
  readonly buffer: SharedArrayBuffer;
  readonly #fields: Int32Array;

  constructor(buffer = new SharedArrayBuffer(FIELDS * Int32Array.BYTES_PER_ELEMENT)) {
    this.buffer = buffer;
    this.#fields = new Int32Array(buffer);
  }

  /** The thread begins with a request. */
  begin(id: number): void {
    this.#set(SINCE, now());
    this.#set(ID, id);
    this.#set(PHASE, PHASES.indexOf('evaluating'));
  }

  /** The thread goes on with its request in another phase, whose time begins now. */
  enter(phase: 'evaluating' | 'loading'): void {
    this.#set(SINCE, now());
    this.#set(PHASE, PHASES.indexOf(phase));
  }

  /** The thread is done with its request. */
  end(): void {
    this.#set(PHASE, PHASES.indexOf('idle'));
  }

  /** For the watcher. Where the thread went on while this looked, it has only just begun. */
  read(): EvaluationState {
    const [phase, id, since] = [this.#get(PHASE), this.#get(ID), this.#get(SINCE)];
    const moved = id !== this.#get(ID) || phase !== this.#get(PHASE);
    return { phase: PHASES[phase] ?? 'idle', id, elapsed: moved ? 0 : (now() - since) | 0 };
  }

  #set(field: number, value: number): void {
    Atomics.store(this.#fields, field, value);
  }

  #get(field: number): number {
    return Atomics.load(this.#fields, field);
  }
}

/** Milliseconds of a clock that all threads of the process share and nobody sets, in 32 bits: differences are what counts. */
function now(): number {
  return Number(BigInt.asIntN(32, process.hrtime.bigint() / 1_000_000n));
}
