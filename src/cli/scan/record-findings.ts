import { hash } from 'node:crypto';
import type { SubjectToJudge } from '../../graph/subjects.ts';
import { byFingerprint, type Judged, type JudgementMemory } from '../../judge/judge.ts';
import type { Finding, Severity } from '../../model/finding.ts';
import type { Location } from '../../model/location.ts';
import { endOfPath } from '../../report/group-findings.ts';
import type { FindingReader, InventoryStore } from '../../store/inventory/inventory-store.ts';

/** Findings that are in the store, with what it takes to sort and to group them; the rest is read when it is asked for. */
export interface RecordedFindings {
  /** Sorted by fingerprint. */
  readonly findings: readonly Finding[];
  /** Of a finding about a path: the subject at its end. */
  endOf(finding: Finding): string | undefined;
}

interface RecordOptions {
  readonly store: InventoryStore;
  /** Of the policies. */
  readonly revision: string;
  /** Names what judges beside the policies: this program. */
  readonly program: string;
  readonly at: Date;
}

/**
 * Records what judging finds as it is found. Findings are rows of the inventory like facts, so that drift sees them come and go; the
 * unit is the rule. Memory grows with their number by little: a large organisation has more of them than of anything but grants.
 *
 * Who was judged before by the same policies, on the same day, and has not changed since is not judged again.
 *
 * @param judging - judges and hands over what it finds.
 */
export async function recordFindings<Outcome extends Judged>(
  { store, revision, program, at }: RecordOptions,
  judging: (sink: (found: readonly Finding[]) => Promise<void>, memory: JudgementMemory) => Promise<Outcome>,
): Promise<Outcome & RecordedFindings> {
  const kept = new Map<string, RecordedFinding>();
  const ends = new Map<string, string>();
  const rules = new Set<string>();
  const reading: { read?: FindingReader } = {};
  const judged = await store.judgedSubjects();
  const draft = await store.begin({ source: 'findings', at, revision });
  // What ends in the course of a day is told the day after, unless something else of its subject changes.
  const judgedBy = `${program} ${revision} ${at.toISOString().slice(0, 10)}`;
  const digests = new WeakMap<SubjectToJudge, string>();
  const memory: JudgementMemory = {
    recall: (subject) => {
      const digest = hash('sha256', `${judgedBy} ${subject.digest()}`, 'base64url');
      digests.set(subject, digest);
      return judged.recall(subject.id, digest);
    },
    remember: (subject, found) => judged.remember(subject.id, digests.get(subject) ?? '', found),
  };
  try {
    const outcome = await judging(async (found) => {
      await draft.add(found.map((finding) => ({ kind: 'finding', unit: finding.rule, body: finding })));
      for (const finding of found) {
        kept.set(finding.fingerprint, new RecordedFinding(finding, reading));
        rules.add(finding.rule);
        const end = endOfPath(finding);
        if (end !== undefined) ends.set(finding.fingerprint, end);
      }
    }, memory);
    const { problems } = outcome;
    await draft.commit({
      coverage: problems.length === 0 ? { read: 'all' } : { read: 'only', paths: [] },
      units: rules.size,
      problems,
    });
    await judged.commit();
    reading.read = await store.findingReader();
    return {
      ...outcome,
      findings: [...kept.values()].sort(byFingerprint),
      endOf: ({ fingerprint }) => ends.get(fingerprint),
    };
  } catch (error) {
    await draft.abort();
    throw error;
  } finally {
    judged.close();
  }
}

class RecordedFinding implements Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly subject: string;
  readonly location?: Location;
  readonly fingerprint: string;
  readonly #reading: { readonly read?: FindingReader };

  constructor({ rule, severity, subject, location, fingerprint }: Finding, reading: { readonly read?: FindingReader }) {
    this.rule = rule;
    this.severity = severity;
    this.subject = subject;
    // In the order in which the store gives it back: a report is the same whether it was found now or before.
    if (location !== undefined)
      this.location = Object.fromEntries(Object.entries(location).sort()) as unknown as Location;
    this.fingerprint = fingerprint;
    this.#reading = reading;
  }

  get title() {
    return this.#whole.title;
  }

  get subjectName() {
    return this.#whole.subjectName;
  }

  get message() {
    return this.#whole.message;
  }

  get detail() {
    return this.#whole.detail;
  }

  get evidence() {
    return this.#whole.evidence;
  }

  get remediation() {
    return this.#whole.remediation;
  }

  get controls() {
    return this.#whole.controls;
  }

  get #whole(): Finding {
    const finding = this.#reading.read?.(this.fingerprint);
    if (finding === undefined)
      throw new RangeError(`finding ${this.fingerprint} was recorded and is not in the inventory`);
    return finding;
  }
}
