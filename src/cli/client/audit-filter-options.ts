import type { Command } from 'commander';
import { AppError } from '../../errors.ts';
import { parseDuration } from '../../model/duration.ts';
import type { AuditFilter } from '../../store/issuer/audit-filter.ts';

export interface FilterOptions {
  readonly event?: string;
  readonly actor?: string;
  readonly target?: string;
  readonly request?: string;
  readonly lease?: string;
  readonly chain?: string;
  readonly correlation?: string;
  readonly since?: string;
  readonly until?: string;
}

/** Which events; for every command that looks for some. */
export function addFilterOptions(command: Command): Command {
  return command
    .option('--event <name>', 'of this name, or of a beginning such as "lease.*"')
    .option('--actor <actor>', 'by whom, such as operator:alice')
    .option('--target <target>', 'at which target')
    .option('--request <id>', 'of this request')
    .option('--lease <id>', 'of this lease')
    .option('--correlation <id>', 'of the call that was answered with this X-Request-Id')
    .option('--chain <id>', 'of this chain')
    .option('--since <time>', 'from then on: a time, or how long ago, such as 24h')
    .option('--until <time>', 'before then');
}

/** @throws {AppError} ERR_USAGE for what is no time. */
export function filterOf(options: FilterOptions, now = new Date()): AuditFilter {
  const { event, actor, target, request, lease, chain, correlation } = options;
  const given = { event, actor, target, request, lease, chain, correlation };
  return {
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    ...(options.since === undefined ? {} : { since: moment('--since', options.since, now) }),
    ...(options.until === undefined ? {} : { until: moment('--until', options.until, now) }),
  };
}

function moment(option: string, text: string, now: Date): string {
  const ago = parseDuration(text);
  if (ago !== undefined) return new Date(now.getTime() - ago).toISOString();
  if (/^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(Date.parse(text))) return new Date(text).toISOString();
  throw new AppError('ERR_USAGE', `${option} ${text}: expected a time such as 2026-03-01T12:00:00Z, or 24h`);
}
