import type { Baseline } from '../config/baseline.ts';
import type { Config } from '../config/config.ts';
import { type Judgement, judge } from '../judge/judge.ts';
import type { UnitFact } from '../model/fact.ts';
import type { Finding } from '../model/finding.ts';
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
import { type AcceptedFinding, applyBaseline, covers, splitUnreadable } from './apply-baseline.ts';
import { type Base, chooseBase } from './choose-base.ts';
import { type Gate, type GatePolicies, readGateOfBase, readGateOfWorkingTree } from './gate.ts';
import { defaultProjectKey, projectFingerprint } from './project-fingerprint.ts';
import { scanChange } from './scan-change.ts';
import { unusedBaseline, unusedSettings } from './unused-settings.ts';

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
  scannersWith(settings: SecretSettings): Promise<readonly Scanner[]>;
  /** What the inventory knows of clouds and clusters; no static secrets, whose fingerprints have another key. */
  readonly known: readonly UnitFact[];
  readonly now: Date;
  openPolicies(policies: GatePolicies): Promise<PolicyEngine>;
}

/** What a change adds. */
export interface CheckOutcome {
  readonly base: Base;
  readonly config: Config;
  /** The key that fingerprints are made with; a new baseline keeps it. */
  readonly projectKey: string;
  /** Added by the change and not accepted. */
  readonly added: readonly Finding[];
  readonly accepted: readonly AcceptedFinding[];
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
  const gate = await (options.everything === true
    ? readGateOfWorkingTree(repository)
    : readGateOfBase(repository, base.commit));
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
      scanners: await options.scannersWith(gate.secrets),
      context: {
        now,
        cluster: config.cluster,
        fingerprint: projectFingerprint(projectKey),
        ...(name === undefined ? {} : { repository: name }),
      },
    });
    const policies = await options.openPolicies(gate.policies);
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
          ...scanned.notices,
          ...(options.everything === true
            ? unused(gate, { findings: after.findings, problems: scanned.problems, used: scanned.used }, now)
            : []),
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

/** What suppresses nothing of all that is there. */
function unused(
  { config, baseline }: Gate,
  found: {
    readonly findings: readonly Finding[];
    readonly problems: readonly Problem[];
    readonly used: ReadonlySet<string>;
  },
  now: Date,
): CheckOutcome['notices'] {
  return [...unusedSettings(config, found.used, now), ...unusedBaseline(baseline, found, config.check.baseline)];
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
