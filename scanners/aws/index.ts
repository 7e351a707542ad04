import type { ScanContext, Scanner, SourceFile } from '../../src/scan/scanner.ts';
import { readAuthorizationDetails } from './authorization-details.ts';
import { readCredentialReport, readCredentialReportResponse } from './credential-report.ts';
import { readListings } from './listings.ts';
import { type AwsExport, recogniseExport } from './recognise.ts';

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
};

/** Exports of AWS IAM, as its command line writes them; see `docs/sources/aws.md`. */
export const awsScanner: Scanner = {
  id: 'aws',
  title: 'AWS IAM exports',
  recognise: recogniseExport,
  async read(file, context) {
    const format = recogniseExport(file);
    if (format !== undefined) await READERS[format](file, context);
  },
};
