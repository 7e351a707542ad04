import type { Answer } from '../model/answer.ts';
import type { Credential } from '../model/credential.ts';
import type { EffectivePermissions } from '../model/effective.ts';
import { type Finding, SEVERITIES } from '../model/finding.ts';
import { isIdentity } from '../model/identity.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Principal } from '../model/principal.ts';
import type { SourceState } from '../model/source-state.ts';
import type { StaticKeyBinding } from '../model/static-key-binding.ts';
import type { DriftMetric } from './drift.ts';

/** Everything that is counted, at one point in time. */
export interface MeasuredView {
  /** The clock of the point: ages are as of then. */
  readonly at: Date;
  /** With joined credentials. */
  readonly inventory: Inventory;
  readonly findings: readonly Finding[];
  readonly effective: ReadonlyMap<string, EffectivePermissions>;
  /** Whether somebody who is no admin can become one; undefined when there is no way. */
  pathToAdmin(principal: string): Answer | undefined;
  /** Static secrets that are matched to a credential or a principal. */
  readonly matched: ReadonlySet<string>;
  /** Absent when the issuer has no say here. */
  readonly swaps?: Readonly<Record<StaticKeyBinding['stage'], number>>;
  readonly sources: readonly SourceState[];
}

/** One number of one view. */
export interface Measurement extends Pick<DriftMetric, 'id' | 'title' | 'unit' | 'better'> {
  readonly value: number | null;
  /** One of a list that goes by the names that there are: where its name is missing, there is none of it. */
  readonly named?: true;
}

const DAY = 86_400_000;

/** Counts what matters. The order is that of reports; ids are stable. */
export function measure(view: MeasuredView): readonly Measurement[] {
  return [
    ...identities(view),
    ...privilege(view),
    ...secrets(view),
    ...credentials(view),
    ...dormancy(view),
    ...findingCounts(view),
    ...swapCounts(view),
    ...coverage(view),
  ];
}

function acting({ inventory }: MeasuredView): readonly Principal[] {
  return [...inventory.principals.values()].filter(isIdentity);
}

function identities(view: MeasuredView): readonly Measurement[] {
  const all = acting(view);
  const byKind = countBy(all, ({ platform, kind }) => `${platform} ${kind}`);
  const byEnvironment = countBy(all, ({ environment }) => environment);
  const unowned = all.filter(({ seen, owner }) => seen === 'listed' && owner === undefined).length;
  return [
    { id: 'identities', title: 'non-human identities', unit: 'count', value: all.length },
    ...[...byKind].map(([kind, value]) => named(`identities.kind.${kind.replace(' ', '.')}`, `· ${kind}`, value)),
    ...[...byEnvironment].map(([name, value]) => named(`identities.environment.${name}`, `· in ${name}`, value)),
    less('unowned', 'without an owner', unowned),
  ];
}

function privilege(view: MeasuredView): readonly Measurement[] {
  const all = acting(view);
  const standing = all.map(({ id }) => standingPrivilege(view.effective.get(id)));
  const firm = standing.filter((answer) => answer === 'yes').length;
  const paths = all.map(({ id }) => (view.effective.get(id)?.admin === 'yes' ? undefined : view.pathToAdmin(id)));
  return [
    less('standing-privileged', 'with standing privilege', firm),
    {
      ...less(
        'standing-privileged.share',
        '· as a share of all',
        all.length === 0 ? null : Math.round((1000 * firm) / all.length) / 10,
      ),
      unit: 'percent',
    },
    less('standing-privileged.if', '· only under conditions', standing.filter((answer) => answer === 'if').length),
    less('can-escalate', 'that can become admin', paths.filter((answer) => answer === 'yes').length),
    less('can-escalate.if', '· only under conditions', paths.filter((answer) => typeof answer === 'object').length),
  ];
}

/** A privilege that can be used now counts; one that depends on conditions is told apart, and never taken for none. */
function standingPrivilege(effective: EffectivePermissions | undefined): 'yes' | 'if' | 'no' {
  if (effective === undefined) return 'no';
  const answers = [effective.admin, ...effective.privileges.map(({ answer }) => answer)];
  if (answers.includes('yes')) return 'yes';
  return answers.some((answer) => answer !== 'no') ? 'if' : 'no';
}

function secrets({ inventory, matched }: MeasuredView): readonly Measurement[] {
  const all = [...inventory.secrets.values()];
  const places = all.map(({ locations }) => new Set(locations.map(({ path }) => path)).size);
  return [
    less('static-secrets', 'static secrets', all.length),
    less('static-secrets.matched', '· matched to an identity', all.filter(({ id }) => matched.has(id)).length),
    less('static-secrets.unmatched', '· not matched', all.filter(({ id }) => !matched.has(id)).length),
    less('static-secrets.active', '· known to be active', all.filter(({ validity }) => validity === 'active').length),
    less('static-secrets.history', '· in history only', all.filter(({ inHead }) => !inHead).length),
    less('static-secrets.reused', '· in more than one file', places.filter((number) => number > 1).length),
  ];
}

function credentials(view: MeasuredView): readonly Measurement[] {
  const live = liveCredentials(view);
  const ages = live
    .map(({ createdAt }) => daysBefore(view.at, createdAt))
    .filter((age) => age !== null)
    .sort((a, b) => a - b);
  const endless = live.filter(({ expiresAt, expiryUnknown }) => expiresAt === undefined && expiryUnknown !== true);
  return [
    less('credentials', 'live credentials', live.length),
    { ...less('credential-age.median', '· age, median', median(ages)), unit: 'days' },
    {
      ...less('credential-age.p95', '· age, 95th percentile', ages[Math.ceil(ages.length * 0.95) - 1] ?? null),
      unit: 'days',
    },
    less('no-expiry', '· without expiry', endless.length),
    less('expiry-unknown', '· expiry not known', live.filter(({ expiryUnknown }) => expiryUnknown === true).length),
  ];
}

function liveCredentials({ inventory }: MeasuredView): readonly Credential[] {
  return [...inventory.credentials.values()].filter(({ status }) => status === 'active' || status === 'unknown');
}

function dormancy(view: MeasuredView): readonly Measurement[] {
  const uses = new Map<string, Pick<Credential, 'usage'>[]>();
  for (const credential of view.inventory.credentials.values())
    if (uses.get(credential.principal)?.push(credential) === undefined) uses.set(credential.principal, [credential]);
  const idle = acting(view)
    .filter(({ seen, enabled }) => seen === 'listed' && enabled !== false)
    .map((principal) => idleDays(principal, uses.get(principal.id) ?? [], view.at));
  const longerThan = (days: number) => idle.filter((age) => age !== null && age > days).length;
  return [
    less('dormant.90', 'unused for 90 days', longerThan(90)),
    less('dormant.180', '· for 180 days', longerThan(180)),
    less('usage-unknown', '· use not known', idle.filter((age) => age === null).length),
  ];
}

/** Days since the last use of a principal or of any of its credentials; null when no source tracks it. */
function idleDays(principal: Principal, credentials: readonly Pick<Credential, 'usage'>[], at: Date): number | null {
  const usages = [principal.usage, ...credentials.map(({ usage }) => usage)].filter((usage) => usage !== undefined);
  const ages = usages.map(({ lastUsedAt }) => daysBefore(at, lastUsedAt)).filter((age) => age !== null);
  if (ages.length > 0) return Math.min(...ages);
  return usages.some(({ never }) => never === true) ? daysBefore(at, principal.createdAt) : null;
}

function findingCounts({ findings }: MeasuredView): readonly Measurement[] {
  return [
    less('findings', 'findings', findings.length),
    ...SEVERITIES.map((severity) =>
      less(`findings.${severity}`, `· ${severity}`, findings.filter((finding) => finding.severity === severity).length),
    ),
  ];
}

function swapCounts({ swaps }: MeasuredView): readonly Measurement[] {
  if (swaps === undefined) return [];
  return [
    count('swaps.planned', 'swaps planned', swaps.planned),
    count('swaps.bound', '· bound', swaps.bound),
    { ...count('swaps.swapped', '· swapped', swaps.swapped), better: 'more' },
    { ...count('swaps.disabled', '· disabled', swaps.disabled), better: 'more' },
    { ...count('swaps.gone', '· gone', swaps.gone), better: 'more' },
  ];
}

function coverage({ sources, inventory, at }: MeasuredView): readonly Measurement[] {
  const ages = sources.map(({ latest }) => daysBefore(at, latest.at) ?? 0);
  const unknown = [...inventory.grants.values()].filter(({ unknownContent }) => unknownContent === true).length;
  return [
    { ...count('coverage.sources', 'sources', sources.length), better: 'more' },
    less('coverage.incomplete', '· not read to the end', sources.filter(({ latest }) => !latest.complete).length),
    { ...less('coverage.oldest', '· the oldest look', ages.length === 0 ? null : Math.max(...ages)), unit: 'days' },
    less('coverage.unknown-grants', '· grants whose content was not seen', unknown),
  ];
}

function count(id: string, title: string, value: number | null): Measurement {
  return { id, title, unit: 'count', value };
}

function named(id: string, title: string, value: number): Measurement {
  return { ...count(id, title, value), named: true };
}

function less(id: string, title: string, value: number | null): Measurement {
  return { ...count(id, title, value), better: 'less' };
}

/** In the order of names; what has none is left out. */
function countBy<T>(items: readonly T[], nameOf: (item: T) => string | undefined): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) {
    const name = nameOf(item);
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function median(sorted: readonly number[]): number | null {
  const middle = sorted.slice(Math.floor((sorted.length - 1) / 2), Math.floor(sorted.length / 2) + 1);
  return middle.length === 0 ? null : Math.floor(middle.reduce((a, b) => a + b) / middle.length);
}

/** Whole days; null when there is no date. */
function daysBefore(at: Date, date: string | undefined): number | null {
  const parsed = Date.parse(date ?? '');
  return Number.isNaN(parsed) ? null : Math.max(0, Math.floor((at.getTime() - parsed) / DAY));
}
