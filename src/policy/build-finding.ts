import { createHash } from 'node:crypto';
import { canonicalJson } from '../model/canonical-json.ts';
import type { Finding, RawFinding } from '../model/finding.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { RuleMetadata } from './metadata.ts';

/**
 * Joins what a policy said of a subject with what METADATA says of its rule.
 *
 * @param subjectName - how people call the subject.
 */
export function buildFinding(raw: RawFinding, rule: RuleMetadata, subjectName: string): Finding {
  const location = raw.evidence.find((evidence) => evidence.location !== undefined)?.location;
  return {
    rule: rule.id,
    title: rule.title,
    severity: raw.severity ?? rule.severity,
    subject: raw.subject,
    subjectName,
    message: fillMessage(rule.message, raw.detail),
    detail: raw.detail,
    evidence: raw.evidence,
    remediation: raw.remediation ?? rule.remediation,
    controls: rule.controls,
    ...(location === undefined ? {} : { location }),
    fingerprint: findingFingerprint(raw),
  };
}

/**
 * SHA-256 in hex over rule, subject and `detail.key`, which a rule sets where it says several things of one subject. No
 * place and no count goes in, so that a finding stays the same while lines move and days pass.
 */
export function findingFingerprint({ id, subject, detail }: Pick<RawFinding, 'id' | 'subject' | 'detail'>): string {
  return createHash('sha256')
    .update(canonicalJson([id, subject, detail.key ?? null]))
    .digest('hex');
}

/** Fills `{name}` from `detail`; a list is joined with commas, and a place without a value stays as it is. */
function fillMessage(template: string, detail: JsonObject): string {
  return template.replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = Object.hasOwn(detail, name) ? detail[name] : undefined;
    return value === undefined ? place : inWords(value);
  });
}

function inWords(value: Json): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(inWords).join(', ');
  return canonicalJson(value);
}
