import type { AcceptedEntry, Baseline } from '../config/baseline.ts';
import type { Config } from '../config/config.ts';
import { type Judgement, judge } from '../judge/judge.ts';
import type { UnitFact } from '../model/fact.ts';
import { type Finding, SEVERITIES, type Severity } from '../model/finding.ts';
import type { Location } from '../model/location.ts';
import { mergeInventory } from '../model/merge-inventory.ts';
import type { Problem } from '../model/snapshot.ts';
import type { PolicyEngine } from '../policy/engine.ts';
import { listWorkingTree } from '../scan/files-from-working-tree.ts';
import { changedFiles } from '../scan/git/changed-files.ts';
import type { GitRepository } from '../scan/git/open-repository.ts';
import { origin } from '../scan/git/origin.ts';
import type { Scanner } from '../scan/scanner.ts';
import type { SecretSettings } from '../scan/secrets/secret-settings.ts';
import { type Base, chooseBase } from './choose-base.ts';
import { type PolicyPlace, readGateOfBase, readGateOfWorkingTree } from './gate.ts';
import { defaultProjectKey, projectFingerprint } from './project-fingerprint.ts';
import { scanChange } from './scan-change.ts';

export interface CheckOptions {
  readonly repository: GitRepository;
  /** Judges everything that is there, by the gate of the working tree; for the repository's owner. */
  readonly everything?: boolean;
  /** Ref to compare with; see `chooseBase`. */
  readonly base?: string;
  readonly targetBranch?: string;
  /** A baseline that whoever runs the check trusts, in place of the base's. */
  readonly baseline?: Baseline;
  /** Makes the scanners, with what the gate says of secrets. */
  scannersWith(settings: SecretSettings): readonly Scanner[];
  /** What the inventory knows of clouds and clusters; no static secrets, whose fingerprints have another key. */
  readonly known: readonly UnitFact[];
  readonly now: Date;
  openPolicies(places: readonly PolicyPlace[], data: Config['policy']['data']): Promise<PolicyEngine>;
}

/** What a change adds. */
export interface CheckOutcome {
  readonly base: Base;
  readonly config: Config;
  /** The key that fingerprints are made with; a new baseline keeps it. */
  readonly projectKey: string;
  /** Added by the change and not accepted. */
  readonly added: readonly Finding[];
  readonly accepted: readonly { readonly finding: Finding; readonly entry: AcceptedEntry }[];
  readonly problems: readonly Problem[];
  readonly notices: readonly { readonly message: string; readonly location: Location }[];
  readonly rules: PolicyEngine['rules'];
  readonly policyRevision: string;
  /** The view with the change. */
  readonly after: Judgement;
}

/**
 * Judges a repository before a change and with it, by the policies of the base, and says what the change adds.
 *
 * @throws {AppError} ERR_SCAN_GIT, ERR_CONFIG_INVALID, ERR_BASELINE_INVALID, and what policies throw while they are compiled.
 */
export async function checkChange(options: CheckOptions): Promise<CheckOutcome> {
  const { repository, now } = options;
  const base = await baseOf(options);
  const gate =
    options.everything === true ? readGateOfWorkingTree(repository) : await readGateOfBase(repository, base.commit);
  try {
    const { config } = gate;
    const baseline = options.baseline ?? gate.baseline;
    const name = config.repository ?? origin(repository);
    const projectKey = baseline?.key ?? defaultProjectKey(name ?? '');
    const scanned = await scanChange({
      repository,
      base: base.commit,
      config,
      ...(gate.lapseIgnore === undefined ? {} : { lapseIgnore: gate.lapseIgnore }),
      honourComments: options.everything === true,
      scanners: options.scannersWith(gate.secrets),
      context: {
        now,
        cluster: config.cluster,
        fingerprint: projectFingerprint(projectKey),
        ...(name === undefined ? {} : { repository: name }),
      },
    });
    const policies = await options.openPolicies(gate.policies, config.policy.data);
    try {
      const view = (facts: readonly UnitFact[]) =>
        judge(mergeInventory([...options.known, ...scanned.common, ...facts]), policies, now);
      const before = await view(scanned.before);
      const after = await view(scanned.after);
      // A finding that was there and is worse now is as good as new.
      const old = new Map(before.findings.map(({ fingerprint, severity }) => [fingerprint, severity]));
      const added = after.findings.filter(({ fingerprint, severity }) => !covers(old.get(fingerprint), severity));
      const split = applyBaseline(added, baseline, now);
      const unread = splitUnreadable(scanned.problems, baseline, now);
      return {
        base,
        config,
        projectKey,
        ...split,
        problems: [...unread.problems, ...before.problems, ...after.problems],
        notices: [
          ...unread.notices,
          ...scanned.changed
            .filter(({ path }) => gate.governs(path))
            .map(({ path, status }) => ({
              message: `${status}: part of the gate itself, which counts as the base has it until this change is merged`,
              location: { path },
            })),
          ...scanned.olderProblems.map(({ message, location }) => ({
            message: `not read, and not part of this change: ${message}`,
            location,
          })),
        ],
        rules: policies.rules,
        policyRevision: policies.revision,
        after,
      };
    } finally {
      await policies.close();
    }
  } finally {
    gate.close();
  }
}

async function baseOf(options: CheckOptions): Promise<Base> {
  if (options.everything === true) return { because: 'everything is judged' };
  return chooseBase(options.repository, {
    ...(options.base === undefined ? {} : { asked: options.base }),
    ...(options.targetBranch === undefined ? {} : { targetBranch: options.targetBranch }),
    dirty: (commit) => isDirty(options.repository, commit),
  });
}

async function isDirty(repository: GitRepository, commit: string): Promise<boolean> {
  const paths = await listWorkingTree({ base: repository.toplevel, repository }, () => undefined);
  return (await changedFiles(repository, commit, { workingTree: paths })).length > 0;
}

/** Entries of a baseline that still count: to the end of their last day (UTC). */
function unexpired<T extends { readonly expires: string }>(entries: readonly T[] | undefined, now: Date): readonly T[] {
  const today = now.toISOString().slice(0, 10);
  return (entries ?? []).filter(({ expires }) => expires >= today);
}

function applyBaseline(
  added: readonly Finding[],
  baseline: Baseline | undefined,
  now: Date,
): Pick<CheckOutcome, 'added' | 'accepted'> {
  const valid = new Map(unexpired(baseline?.accepted, now).map((entry) => [entry.fingerprint, entry]));
  return {
    added: added.filter(({ fingerprint, severity }) => !covers(valid.get(fingerprint)?.severity, severity)),
    accepted: added.flatMap((finding) => {
      const entry = valid.get(finding.fingerprint);
      return entry === undefined || !covers(entry.severity, finding.severity) ? [] : [{ finding, entry }];
    }),
  };
}

/** What is accepted as unreadable is told, and makes no check incomplete. */
function splitUnreadable(
  problems: readonly Problem[],
  baseline: Baseline | undefined,
  now: Date,
): Pick<CheckOutcome, 'problems' | 'notices'> {
  const accepted = new Map(unexpired(baseline?.unreadable, now).map((entry) => [entry.path, entry]));
  return {
    problems: problems.filter(({ location }) => !accepted.has(location.path)),
    notices: problems.flatMap(({ message, location }) => {
      const entry = accepted.get(location.path);
      return entry === undefined ? [] : [{ message: `accepted as unreadable (${entry.reason}): ${message}`, location }];
    }),
  };
}

/** Whether what is known or accepted at one severity is known or accepted at another: it is not when it got worse. */
function covers(known: Severity | undefined, now: Severity): boolean {
  return known !== undefined && SEVERITIES.indexOf(known) <= SEVERITIES.indexOf(now);
}
