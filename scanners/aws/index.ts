import type { ScanContext, Scanner, SourceFile } from '../../src/scan/scanner.ts';
import { readAccessAdvisor } from './access-advisor.ts';
import { readAccessAnalyzer } from './access-analyzer.ts';
import { readAuthorizationDetails } from './authorization-details.ts';
import { readBarePolicy } from './bare-policy.ts';
import { readCloudTrail } from './cloudtrail.ts';
import { readCredentialReport, readCredentialReportResponse } from './credential-report.ts';
import { readIdentityCenter } from './identity-center.ts';
import { readListings } from './listings.ts';
import { readOrganizations } from './organizations.ts';
import { type AwsExport, recogniseExport } from './recognise.ts';
import { readResourcePolicies } from './resource-policies.ts';
import { readWorkloads } from './workloads.ts';

type Reader = (file: SourceFile, context: ScanContext) => Promise<void>;

const READERS: Readonly<Record<AwsExport, Reader>> = {
  'authorization-details': readAuthorizationDetails,
  'credential-report': readCredentialReport,
  'credential-report-response': readCredentialReportResponse,
  'access-keys': readListings,
  'access-key-last-used': readListings,
  'service-specific-credentials': readListings,
  'signing-certificates': readListings,
  users: readListings,
  roles: readListings,
  groups: readListings,
  'ssh-public-keys': readListings,
  organizations: readOrganizations,
  'resource-policy': readResourcePolicies,
  'access-advisor': readAccessAdvisor,
  'access-analyzer': readAccessAnalyzer,
  cloudtrail: readCloudTrail,
  workloads: readWorkloads,
  'identity-center': readIdentityCenter,
  'policy-document': readBarePolicy,
};

/** Exports of AWS IAM, as its command line writes them; see `docs/sources/aws.md`. */
export const awsScanner: Scanner = {
  id: 'aws',
  title: 'AWS exports',
  recognise: recogniseExport,
  async read(file, context) {
    const format = recogniseExport(file);
    if (format !== undefined) await READERS[format](file, context);
  },
};
