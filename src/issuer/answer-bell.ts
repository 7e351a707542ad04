/** Rings when somebody has answered a request, so that whoever waits for it hears it at once. Of this process only. */
export class AnswerBell {
  readonly #waiting = new Map<string, Set<() => void>>();

  tell(request: string): void {
    const waiting = this.#waiting.get(request);
    this.#waiting.delete(request);
    for (const wake of waiting ?? []) wake();
  }

  /** Resolves when it rings for the request, after so many milliseconds, or when `signal` says that it is no use any more. */
  async next(request: string, milliseconds: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const waiting = this.#waiting.get(request) ?? new Set();
    this.#waiting.set(request, waiting);
    let end: () => void = () => undefined;
    const rung = new Promise<void>((resolve) => {
      end = resolve;
    });
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener('abort', end, { once: true });
    waiting.add(end);
    await rung;
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
    waiting.delete(end);
    if (waiting.size === 0 && this.#waiting.get(request) === waiting) this.#waiting.delete(request);
  }
}
