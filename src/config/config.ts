import type { z } from 'zod';
import type { configSchema } from './config-schema.ts';

/** A checked configuration: every default filled in, durations in milliseconds, sizes in bytes. */
export type Config = z.output<typeof configSchema> & {
  /** Path of the file it came from; absent when there is none and all is default. */
  readonly file?: string;
  /** Where relative paths of the configuration start: beside the file; without one, the top of the git work tree or the current folder. */
  readonly folder: string;
  /** Absolute path of the state folder: databases, keys, audit files. */
  readonly state: string;
};
