import { SEVERITIES, type Severity } from '../model/finding.ts';
import type { Notice } from './notice.ts';

/** What a channel is for. */
export interface Subscription {
  readonly channel: string;
  readonly kinds: readonly Notice['kind'][];
  /** Alerts of this severity or worse. */
  readonly minSeverity: Severity;
  /** Alert rules; all when empty. */
  readonly rules: readonly string[];
  /** Approver groups whose requests it hears of; all when empty. */
  readonly groups: readonly string[];
}

/** Ids of the channels that a notice goes to. */
export function channelsFor(notice: Notice, subscriptions: readonly Subscription[]): readonly string[] {
  return subscriptions.filter((subscription) => wants(subscription, notice)).map(({ channel }) => channel);
}

function wants({ kinds, minSeverity, rules, groups }: Subscription, notice: Notice): boolean {
  if (!kinds.includes(notice.kind)) return false;
  if (notice.kind === 'alerts' && SEVERITIES.indexOf(notice.severity) > SEVERITIES.indexOf(minSeverity)) return false;
  if (rules.length > 0 && notice.rule !== undefined && !rules.includes(notice.rule)) return false;
  return groups.length === 0 || notice.groups === undefined || notice.groups.some((group) => groups.includes(group));
}
