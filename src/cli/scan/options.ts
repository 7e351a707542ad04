import type { Severity } from '../../model/finding.ts';
import type { GlobalOptions } from '../command.ts';

export interface ScanCommandOptions extends GlobalOptions {
  readonly export: readonly string[];
  readonly live: readonly string[];
  readonly gitHistory?: boolean;
  readonly staged?: boolean;
  readonly workingTree?: boolean;
  readonly range?: string;
  readonly since?: string;
  readonly stdinPath: string;
  readonly explain?: string;
  readonly archives: boolean;
  readonly only?: readonly string[];
  readonly jobs?: number;
  readonly verify?: boolean;
  readonly format: string;
  readonly output?: string;
  readonly failOn?: Severity | 'none';
}
