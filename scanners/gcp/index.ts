import type { Node } from '../../src/scan/formats/node.ts';
import type { ScanContext, Scanner, SourceFile } from '../../src/scan/scanner.ts';
import { readAsset, readEffectivePolicies, readPolicySearch } from './asset.ts';
import { readContainer } from './containers.ts';
import { readDenyPolicy } from './deny-policy.ts';
import { Facts } from './facts.ts';
import { readInsight } from './insight.ts';
import { readMembership } from './memberships.ts';
import { readNamelessPolicy } from './nameless-policy.ts';
import { readRecords } from './read-records.ts';
import { recogniseGcp } from './recognise.ts';
import { kindOf, type RecordKind } from './record.ts';
import { readRole } from './roles.ts';
import { readHmacKey, readServiceAccount, readServiceAccountKey } from './service-accounts.ts';
import { readPool, readProvider } from './workload-identity.ts';

const READERS: Readonly<Record<RecordKind, (record: Node, facts: Facts, path: string) => void>> = {
  asset: (record, facts) => readAsset(record, facts),
  'policy-search': (record, facts) => readPolicySearch(record, facts),
  'effective-policies': (record, facts) => readEffectivePolicies(record, facts),
  'service-account': (record, facts) => readServiceAccount(record, facts),
  'service-account-key': (record, facts) => readServiceAccountKey(record, facts),
  'hmac-key': (record, facts) => readHmacKey(record, facts),
  role: (record, facts) => readRole(record, facts),
  'deny-policy': (record, facts) => readDenyPolicy(record, facts),
  'workload-identity-provider': (record, facts) => readProvider(record, facts),
  'workload-identity-pool': (record, facts) => readPool(record, facts),
  insight: (record, facts) => readInsight(record, facts),
  membership: readMembership,
  project: (record, facts) => readContainer('project', record, facts),
  folder: (record, facts) => readContainer('folder', record, facts),
  organization: (record, facts) => readContainer('organization', record, facts),
  policy: readNamelessPolicy,
};

/** Exports of Google Cloud, as `gcloud` and the APIs write them; see `docs/sources/gcp.md`. */
export const gcpScanner: Scanner = {
  id: 'gcp',
  title: 'Google Cloud exports',
  recognise: recogniseGcp,
  async read(file: SourceFile, context: ScanContext) {
    const facts = new Facts(context, file.path);
    try {
      for await (const record of readRecords(file, (page) =>
        facts.problem('the list goes on in another page, which is not here', page),
      )) {
        const kind = kindOf(record);
        if (kind !== undefined) READERS[kind](record, facts, file.path);
      }
    } finally {
      facts.end();
    }
  },
};
