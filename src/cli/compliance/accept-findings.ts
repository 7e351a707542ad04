import type { Baseline } from '../../config/baseline.ts';
import { applyBaseline } from '../../gate/apply-baseline.ts';
import type { Finding } from '../../model/finding.ts';
import { findingFingerprint } from '../../policy/build-finding.ts';
import type { ReportedFinding } from '../../report/compliance/compliance-report.ts';

type Word = Pick<ReportedFinding, 'accepted' | 'expired'>;

/**
 * What a baseline says of findings, by their fingerprints in the inventory.
 *
 * @param ids - of static secrets in the baseline, by those in the inventory; one that is not here is not accepted.
 */
export function acceptFindings(
  findings: readonly Finding[],
  baseline: Baseline,
  { ids, at }: { readonly ids: ReadonlyMap<string, string>; readonly at: Date },
): ReadonlyMap<string, Word> {
  const own = new Map(findings.map((finding) => [fingerprintThere(finding, ids), finding.fingerprint]));
  const translated = findings.map((finding) => ({ ...finding, fingerprint: fingerprintThere(finding, ids) }));
  const words = new Map<string, Word>();
  for (const { finding, entry } of applyBaseline(translated, baseline, at).accepted) {
    const { reason, owner, expires } = entry;
    words.set(own.get(finding.fingerprint) ?? '', { accepted: { reason, owner, expires } });
  }
  for (const { fingerprint, reason, owner, expires } of baseline.accepted) {
    const known = own.get(fingerprint);
    if (known !== undefined && !words.has(known) && expires < at.toISOString().slice(0, 10))
      words.set(known, { expired: { reason, owner, expires } });
  }
  return words;
}

function fingerprintThere({ rule, subject, detail, fingerprint }: Finding, ids: ReadonlyMap<string, string>): string {
  if (!subject.startsWith('secret:')) return fingerprint;
  // Without its id there it has none that an entry could name.
  const there = ids.get(subject);
  return there === undefined ? `unread ${fingerprint}` : findingFingerprint({ id: rule, subject: there, detail });
}
