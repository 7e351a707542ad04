import type { Readable, Writable } from 'node:stream';

/** The rim of the command line: everything a command may touch of its process, so that tests can hand in their own. */
export interface CliContext {
  /** The product's output. */
  readonly stdout: Writable;
  /** What is for people: progress, warnings, errors. */
  readonly stderr: Writable;
  readonly stdin: Readable;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Colour on stdout: a terminal, and neither NO_COLOR nor --no-color. */
  readonly color: boolean;
  now(): Date;
}

/** Exit codes that are results; those of errors stand in `src/errors.ts`. */
export const EXIT = { clean: 0, findings: 1, incomplete: 3 } as const;
