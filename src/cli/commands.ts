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
  {
    name: 'ls',
    summary: 'list principals, credentials, secrets or findings; who can do what',
    load: () => import('./commands/ls.ts'),
  },
  {
    name: 'show',
    summary: 'one principal, credential or secret whole, with the path to what it can do',
    load: () => import('./commands/show.ts'),
  },
  {
    name: 'verify',
    summary: 'ask the vendors whether static secrets still work',
    load: () => import('./commands/verify.ts'),
  },
  {
    name: 'graph',
    summary: 'the paths and the blast radius of one principal or secret',
    load: () => import('./commands/graph.ts'),
  },
  {
    name: 'drift',
    summary: 'what changed between two points in time, and the counts that matter',
    load: () => import('./commands/drift.ts'),
  },
  {
    name: 'report',
    summary: 'what the inventory says of the controls of a framework, and what nobody looked at',
    load: () => import('./commands/report.ts'),
  },
  {
    name: 'policy',
    summary: 'check, test, format and build policies, without opa',
    load: () => import('./commands/policy.ts'),
  },
  {
    name: 'rules',
    summary: 'the rules for secrets: list them, check and test your own',
    load: () => import('./commands/rules.ts'),
  },
  {
    name: 'init',
    summary: 'a commented lapse.yaml, a starter policy and the first operator',
    load: () => import('./commands/init.ts'),
  },
  { name: 'serve', summary: 'the issuer daemon', load: () => import('./commands/serve.ts') },
  {
    name: 'exec',
    summary: 'run a command with a leased credential in its environment',
    load: () => import('./commands/exec.ts'),
  },
  { name: 'login', summary: 'sign in at the issuer as an operator', load: () => import('./commands/login.ts') },
  { name: 'logout', summary: 'end the session at the issuer', load: () => import('./commands/logout.ts') },
  { name: 'whoami', summary: 'who is signed in, and how', load: () => import('./commands/whoami.ts') },
  { name: 'request', summary: 'ask for a credential that expires', load: () => import('./commands/request.ts') },
  {
    name: 'requests',
    summary: 'access requests, above all those that wait for an answer',
    load: () => import('./commands/requests.ts'),
  },
  { name: 'approve', summary: 'say yes to an access request', load: () => import('./commands/approve.ts') },
  { name: 'deny', summary: 'say no to an access request', load: () => import('./commands/deny.ts') },
  {
    name: 'delegate',
    summary: 'who fills your place as an approver while you are away',
    load: () => import('./commands/delegate.ts'),
  },
  {
    name: 'break-glass',
    summary: 'emergency access without prior approval, reviewed afterwards',
    load: () => import('./commands/break-glass.ts'),
  },
  {
    name: 'reviews',
    summary: 'emergency access that somebody must look at',
    load: () => import('./commands/reviews.ts'),
  },
  { name: 'review', summary: 'say what a review came to', load: () => import('./commands/review.ts') },
  { name: 'extend', summary: 'ask for more time of a lease', load: () => import('./commands/extend.ts') },
  { name: 'operator', summary: 'second factors of operators', load: () => import('./commands/operator.ts') },
  { name: 'leases', summary: 'credentials that are out', load: () => import('./commands/leases.ts') },
  { name: 'revoke', summary: 'take leases back', load: () => import('./commands/revoke.ts') },
  {
    name: 'swap',
    summary: 'take a static secret out of use, stage by stage',
    load: () => import('./commands/swap.ts'),
  },
  {
    name: 'audit',
    summary: 'verify, search, export or follow the audit log',
    load: () => import('./commands/audit.ts'),
  },
  { name: 'alerts', summary: 'recent alerts; try out where they are told', load: () => import('./commands/alerts.ts') },
  {
    name: 'keys',
    summary: "list or rotate the issuer's signing keys, and seal them anew",
    load: () => import('./commands/keys.ts'),
  },
  {
    name: 'backup',
    summary: "a copy of the issuer's database while it runs",
    load: () => import('./commands/backup.ts'),
  },
  {
    name: 'demo',
    summary: 'the whole story on a bundled example organisation',
    load: () => import('./commands/demo.ts'),
  },
];
