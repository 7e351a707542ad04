import { describe, expect, it } from 'vitest';
import type { RawFinding } from '../../src/model/finding.ts';
import { buildFinding } from '../../src/policy/build-finding.ts';
import type { RuleMetadata } from '../../src/policy/metadata.ts';

const RULE: RuleMetadata = {
  id: 'key-too-old',
  family: 'finding',
  title: 'Old key',
  description: '',
  severity: 'medium',
  message: 'key {key_id} is {age} days old, in {places}{missing}',
  remediation: 'lease instead',
  nhi: 'NHI7',
  platforms: ['aws'],
  needs: [],
  dependsOn: [],
  controls: { cis: ['1.14'] },
};

const RAW: RawFinding = {
  id: 'key-too-old',
  subject: 'aws:credential:1',
  detail: { key_id: '…WXYZ', age: 412, places: ['a', 'b'] },
  evidence: [
    { fact: 'created', value: '2025-01-01' },
    { fact: 'found in', value: 'deploy/.env', location: { path: 'deploy/.env', line: 3 } },
    { fact: 'found in', value: 'other', location: { path: 'other', line: 9 } },
  ],
};

describe('buildFinding', () => {
  it('joins what was said with METADATA', () => {
    expect(buildFinding(RAW, RULE, 'key of ci-deploy')).toEqual({
      rule: 'key-too-old',
      title: 'Old key',
      severity: 'medium',
      subject: 'aws:credential:1',
      subjectName: 'key of ci-deploy',
      message: 'key …WXYZ is 412 days old, in a, b{missing}',
      detail: RAW.detail,
      evidence: RAW.evidence,
      remediation: 'lease instead',
      controls: { cis: ['1.14'] },
      location: { path: 'deploy/.env', line: 3 },
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('lets a rule say its own level and remedy', () => {
    const finding = buildFinding({ ...RAW, severity: 'critical', remediation: 'now', evidence: [] }, RULE, 'n');
    expect(finding).toMatchObject({ severity: 'critical', remediation: 'now' });
    expect(finding).not.toHaveProperty('location');
  });

  it('fills no place from what every object inherits', () => {
    expect(buildFinding(RAW, { ...RULE, message: '{constructor} {toString}' }, 'n').message).toBe(
      '{constructor} {toString}',
    );
  });

  it('keeps the fingerprint while lines move and days pass', () => {
    const fingerprint = (raw: RawFinding) => buildFinding(raw, RULE, 'n').fingerprint;
    const later = { ...RAW, detail: { ...RAW.detail, age: 413 }, evidence: [] };
    expect(fingerprint(later)).toBe(fingerprint(RAW));
    expect(fingerprint({ ...RAW, subject: 'aws:credential:2' })).not.toBe(fingerprint(RAW));
    expect(fingerprint({ ...RAW, id: 'key-unused' })).not.toBe(fingerprint(RAW));
    expect(fingerprint({ ...RAW, detail: { ...RAW.detail, key: 'second' } })).not.toBe(fingerprint(RAW));
  });
});
