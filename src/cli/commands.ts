import type { CliCommand } from './command.ts';

interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Loaded when asked for: a second run of `lapse check` must not pay for the daemon. */
  load(): Promise<{ readonly command: CliCommand }>;
}

/** Every command, in the order in which help shows them. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'scan',
    summary: 'discover principals, grants and static secrets into the inventory',
    load: () => import('./commands/scan.ts'),
  },
  {
    name: 'check',
    summary: 'the pre-merge gate: findings that this change adds',
    load: () => import('./commands/check.ts'),
  },
  {
    name: 'baseline',
    summary: 'accept what a check reports, with reason, owner and expiry',
    load: () => import('./commands/baseline.ts'),
  },
  { name: 'ls', summary: 'list principals, credentials, secrets or findings', load: () => import('./commands/ls.ts') },
  {
    name: 'show',
    summary: 'one principal, credential or secret whole, with the path to what it can do',
    load: () => import('./commands/show.ts'),
  },
  {
    name: 'graph',
    summary: 'the paths and the blast radius of one principal or secret',
    load: () => import('./commands/graph.ts'),
  },
  {
    name: 'demo',
    summary: 'the whole story on a bundled example organisation',
    load: () => import('./commands/demo.ts'),
  },
];
