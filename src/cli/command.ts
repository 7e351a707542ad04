import type { Command } from 'commander';
import type { CliContext } from './context.ts';

/** Options that every command knows. */
export interface GlobalOptions {
  /** Path of `lapse.yaml`. */
  readonly config?: string;
  /** A SQLite file or `postgres://…`. */
  readonly store?: string;
  readonly quiet?: boolean;
}

/**
 * One command: one file in `commands/` that exports `command`, and one line in `commands.ts`. It is loaded when asked for.
 * An action hands its exit code to `exit`; whatever it throws is printed by `main.ts` and becomes the exit code of its error.
 */
export interface CliCommand {
  configure(command: Command, cli: CliContext, exit: (code: number) => void): void;
}
