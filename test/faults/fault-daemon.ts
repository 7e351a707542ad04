import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import type { Order } from './lease-daemon.ts';

const DAEMON = fileURLToPath(new URL('./lease-daemon.ts', import.meta.url));
const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));
/** Milliseconds that a daemon may take for anything. */
const PATIENCE = 60_000;

export interface HandedOut {
  readonly id: string;
  /** When its time is over at the latest, on the monotonic clock of this process. */
  readonly until: number;
}

/**
 * Makes one file of the daemon: many are started, and half of what a start takes is reading some hundred modules.
 *
 * @returns its path; remove it when the last daemon is gone.
 */
export async function bundleDaemon(): Promise<string> {
  const file = join(MODULES, `.lapse-faults-${process.pid}.mjs`);
  const bundle = await rolldown({ input: DAEMON, platform: 'node', external: ['better-sqlite3', 'pg-native'] });
  await bundle.write({ file, format: 'esm', codeSplitting: false });
  await bundle.close();
  return file;
}

/** A daemon in a process of its own; it has everything loaded before it is told to open. */
export class FaultDaemon {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #handedOut: HandedOut[] = [];
  readonly #seen = new Map<string, number>();
  readonly #waiting = new Set<() => void>();
  #dead = false;

  /** @param program - as `bundleDaemon` gives it. */
  constructor(program: string) {
    this.#child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child.stdin?.on('error', () => undefined);
    this.#ended = once(this.#child, 'close').then(() => {
      this.#dead = true;
      this.#told();
    });
    if (this.#child.stdout === null) throw new TypeError('no pipe');
    createInterface(this.#child.stdout).on('line', (line) => this.#hear(line));
  }

  /** What it has handed out since this was asked last. */
  takeHandedOut(): readonly HandedOut[] {
    return this.#handedOut.splice(0);
  }

  get handedOut(): number {
    return this.#handedOut.length;
  }

  get dead(): boolean {
    return this.#dead;
  }

  order(order: Order): void {
    this.#child.stdin?.write(`${JSON.stringify(order)}\n`);
  }

  /** Gives an order and waits until it says `word` once more. */
  async orderUntil(order: Order, word: string): Promise<void> {
    const before = this.#count(word);
    this.order(order);
    await this.#until(() => this.#count(word) > before, word);
  }

  async warm(): Promise<void> {
    await this.#until(() => this.#count('warm') > 0, 'warm');
  }

  /** Resolves when a reconciliation that begins from now on is over. */
  async reconciled(): Promise<void> {
    const begun = this.#count('begun');
    await this.#until(() => this.#count('begun') > begun, 'begun');
    const rounds = this.#count('round');
    await this.#until(() => this.#count('round') > rounds, 'round');
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  /** Waits for a death that it was told to die. @returns false when it lives on. */
  async died(milliseconds: number): Promise<boolean> {
    await Promise.race([this.#ended, new Promise((resolve) => setTimeout(resolve, milliseconds))]);
    return this.#dead;
  }

  #hear(line: string): void {
    const [word = '', id = '', seconds] = line.split(' ');
    if (word === 'lease') this.#handedOut.push({ id, until: performance.now() + Number(seconds) * 1000 });
    this.#seen.set(word, this.#count(word) + 1);
    this.#told();
  }

  #told(): void {
    for (const look of [...this.#waiting]) look();
  }

  #count(word: string): number {
    return this.#seen.get(word) ?? 0;
  }

  async #until(happened: () => boolean, what: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const end = (how: () => void): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        how();
      };
      const look = (): void => {
        if (happened()) end(resolve);
        else if (this.#dead) end(() => reject(new Error(`the daemon died before "${what}"`)));
      };
      const timer = setTimeout(() => end(() => reject(new Error(`the daemon did not say "${what}"`))), PATIENCE);
      this.#waiting.add(look);
      look();
    });
  }
}
