import type { Finding } from '../../../src/model/finding.ts';
import type { AssessedView } from '../../../src/report/compliance/assess-rule.ts';
import {
  buildComplianceReport,
  type ComplianceInput,
  type ComplianceRule,
} from '../../../src/report/compliance/build-compliance-report.ts';
import type {
  ComplianceReport,
  ReportedFinding,
  ReportedSource,
} from '../../../src/report/compliance/compliance-report.ts';
import type { SubjectCount } from '../../../src/report/compliance/count-subjects.ts';
import type { Framework } from '../../../src/report/compliance/framework.ts';
import { finding } from '../../store/sample-facts.ts';

export const FRAMEWORK: Framework = {
  id: 'sample',
  name: 'Sample controls',
  version: '1',
  source: 'https://example.com/controls',
  key: 'sample_1',
  selection: 'All of them.',
  controls: [
    { id: 'S1', title: 'Keys are young' },
    { id: 'S2', title: 'Nobody asks' },
    { id: 'S3', title: 'People have two factors', outside: 'about people' },
  ],
};

export const AT = '2026-03-01T00:00:00.000Z';

export function rule(id: string, over: Partial<ComplianceRule> = {}): ComplianceRule {
  return {
    id,
    title: `title of ${id}`,
    severity: 'high',
    nhi: 'NHI7',
    platforms: ['aws'],
    needs: ['credential.createdAt'],
    controls: { sample_1: ['S1'] },
    ...over,
  };
}

export function source(over: Partial<ReportedSource> = {}): ReportedSource {
  return {
    source: 'aws:/work',
    at: AT,
    read: 2,
    unread: 0,
    complete: true,
    stale: false,
    platforms: ['aws'],
    problems: [],
    ...over,
  };
}

export function counts(told: number, unknown = 0, none = 0): SubjectCount {
  return {
    told,
    unknown,
    none,
    missing: new Map(unknown + none === 0 ? [] : [['credential.createdAt', unknown + none]]),
  };
}

export function view(over: Partial<AssessedView> = {}): AssessedView {
  return {
    counts: new Map([['key-too-old', new Map([['aws', counts(3)]])]]),
    sources: [source()],
    listed: new Set(['aws']),
    asked: () => true,
    off: new Map(),
    unjudged: 0,
    ...over,
  };
}

export function found(
  subject: string,
  over: Partial<Omit<ReportedFinding, 'controls' | 'finding'>> = {},
  said: Partial<Finding> = {},
): Omit<ReportedFinding, 'controls'> {
  return {
    finding: finding('key-too-old', subject, said),
    firstSeen: '2026-01-01T00:00:00.000Z',
    since: '2026-01-01T00:00:00.000Z',
    lastSeen: AT,
    reopened: false,
    sources: ['aws:/work'],
    unseen: false,
    ...over,
  };
}

export const ACCEPTED = { reason: 'retired in March', owner: 'platform', expires: '2026-06-01' };

export function sampleReport(over: Partial<ComplianceInput> = {}): ComplianceReport {
  return buildComplianceReport({
    framework: FRAMEWORK,
    version: '0.0.0',
    madeAt: AT,
    asOf: AT,
    point: { snapshot: 3, at: AT },
    since: '2026-01-01T00:00:00.000Z',
    filters: { platform: [], owner: [], environment: [] },
    judged: { at: AT, revision: 'sha256:1' },
    revision: 'sha256:1',
    sources: [source()],
    exceptions: [],
    gaps: [],
    problems: [],
    threshold: 'medium',
    rules: [rule('key-too-old')],
    view: view(),
    found: [],
    gone: [],
    ...over,
  });
}
