import type { Judged } from '../../judge/judge.ts';
import { byFingerprint } from '../../judge/judge.ts';
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

/**
 * Records what judging finds as it is found. Findings are rows of the inventory like facts, so that drift sees them come and go; the
 * unit is the rule. Memory grows with their number by little: a large organisation has more of them than of anything but grants.
 *
 * @param judging - judges and hands over what it finds.
 */
export async function recordFindings<Outcome extends Judged>(
  { store, revision, at }: { readonly store: InventoryStore; readonly revision: string; readonly at: Date },
  judging: (sink: (found: readonly Finding[]) => Promise<void>) => Promise<Outcome>,
): Promise<Outcome & RecordedFindings> {
  const kept = new Map<string, RecordedFinding>();
  const ends = new Map<string, string>();
  const rules = new Set<string>();
  const reading: { read?: FindingReader } = {};
  const draft = await store.begin({ source: 'findings', at, revision });
  try {
    const outcome = await judging(async (found) => {
      await draft.add(found.map((finding) => ({ kind: 'finding', unit: finding.rule, body: finding })));
      for (const finding of found) {
        kept.set(finding.fingerprint, new RecordedFinding(finding, reading));
        rules.add(finding.rule);
        const end = endOfPath(finding);
        if (end !== undefined) ends.set(finding.fingerprint, end);
      }
    });
    const { problems } = outcome;
    await draft.commit({
      coverage: problems.length === 0 ? { read: 'all' } : { read: 'only', paths: [] },
      units: rules.size,
      problems,
    });
    reading.read = await store.findingReader();
    return {
      ...outcome,
      findings: [...kept.values()].sort(byFingerprint),
      endOf: ({ fingerprint }) => ends.get(fingerprint),
    };
  } catch (error) {
    await draft.abort();
    throw error;
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
    if (location !== undefined) this.location = location;
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
