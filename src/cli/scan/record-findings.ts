import { hash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { SubjectToJudge } from '../../graph/subjects.ts';
import { byFingerprint, type FindingSink, type Judged, type JudgementMemory } from '../../judge/judge.ts';
import type { Finding, Severity } from '../../model/finding.ts';
import type { Json } from '../../model/json.ts';
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
  judging: (sink: FindingSink, memory: JudgementMemory) => Promise<Outcome>,
): Promise<Outcome & RecordedFindings> {
  const kept = new Map<string, RecordedFinding>();
  const ends = new Map<string, string>();
  const rules = new Set<string>();
  const reading: { read?: FindingReader } = {};
  const remembered = store.subjectMemory();
  const draft = await store.begin({ source: 'findings', at, revision });
  try {
    const before = await store.findingReader();
    // What ends in the course of a day is told the day after, unless something else of its subject changes.
    const judgedBy = `${program} ${revision} ${at.toISOString().slice(0, 10)}`;
    const keep = (finding: Finding, subject: SubjectToJudge) => {
      kept.set(finding.fingerprint, new RecordedFinding(finding, subject, reading));
      rules.add(finding.rule);
      const end = endOfPath(finding);
      if (end !== undefined) ends.set(finding.fingerprint, end);
    };
    const digests = new WeakMap<SubjectToJudge, string>();
    const memory: JudgementMemory = {
      recallEvaluation: (principal, digest) => {
        const known = remembered.recall('evaluated', principal, `${program} ${digest}`);
        return known === undefined ? undefined : (JSON.parse(known) as Json);
      },
      rememberEvaluation: (principal, digest, found) =>
        remembered.remember('evaluated', principal, `${program} ${digest}`, JSON.stringify(found)),
      recall: (subject) => {
        const digest = hash('sha256', `${judgedBy} ${subject.digest()}`, 'base64url');
        digests.set(subject, digest);
        const known = remembered.recall('judged', subject.id, digest);
        if (known === undefined) return undefined;
        const found = (JSON.parse(known) as readonly string[]).map(before);
        return found.every((finding) => finding !== undefined) ? found : undefined;
      },
      remember: (subject, found) => {
        const fingerprints = JSON.stringify(found.map(({ fingerprint }) => fingerprint));
        remembered.remember('judged', subject.id, digests.get(subject) ?? '', fingerprints);
      },
    };
    const stayed: string[] = [];
    const outcome = await judging(async (found, { subject, again }) => {
      for (const finding of found) keep(finding, subject);
      if (again) for (const { fingerprint } of found) stayed.push(fingerprint);
      else await draft.add(found.map((finding) => ({ kind: 'finding', unit: finding.rule, body: finding })));
    }, memory);
    await draft.keepEntities('finding', stayed);
    const { problems } = outcome;
    await draft.commit({
      coverage: problems.length === 0 ? { read: 'all' } : { read: 'only', paths: [] },
      units: rules.size,
      problems,
    });
    await remembered.commit();
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
    remembered.close();
  }
}

/** In the order in which the store gives it back: a report is the same whether it was found now or before. */
function inOrder(location: Location): Location {
  return Object.fromEntries(Object.entries(location).sort()) as unknown as Location;
}

class RecordedFinding implements Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly subject: string;
  readonly location?: Location;
  readonly fingerprint: string;
  readonly #reading: { readonly read?: FindingReader };

  constructor(
    { rule, severity, subject, location, fingerprint }: Finding,
    judged: SubjectToJudge,
    reading: { readonly read?: FindingReader },
  ) {
    this.rule = rule;
    this.severity = severity;
    // What the view has already is not kept twice.
    this.subject = subject === judged.id ? judged.id : subject;
    if (location !== undefined) {
      const [first] = judged.locations;
      this.location = first !== undefined && isDeepStrictEqual(first, location) ? first : inOrder(location);
    }
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
