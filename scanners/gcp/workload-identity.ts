import { principalId } from '../../src/model/id.ts';
import type { Node } from '../../src/scan/formats/node.ts';
import type { Facts } from './facts.ts';
import { flagOf, present, recordOf, textOf, textsOf } from './fields.ts';

const POOL = /projects\/([^/]+)\/locations\/[^/]+\/workloadIdentityPools\/([^/]+)/;
const PROVIDER = /projects\/([^/]+)\/locations\/[^/]+\/workloadIdentityPools\/([^/]+)\/providers\/([^/]+)$/;

/** Reads a workload identity pool: a place where identities of others are known, which never acts itself. */
export function readPool(record: Node, facts: Facts, name = textOf(record, 'name')): void {
  const [, project, pool] = POOL.exec(name ?? '') ?? [];
  if (project === undefined || pool === undefined) {
    facts.problem('a workload identity pool without a name that can be read', record);
    return;
  }
  const state = textOf(record, 'state');
  facts.principal(
    {
      kind: 'workload-identity-pool',
      nativeId: poolName(project, pool),
      name: pool,
      scope: [project],
      enabled: isOn(record),
      attributes: present({ display_name: textOf(record, 'displayName'), state, mode: textOf(record, 'mode') }),
    },
    record,
  );
}

/**
 * Reads a provider of a pool. Which tokens it admits, and what they are called in the pool, is kept as it is written;
 * `src/iam/gcp/federation.ts` brings it together with the bindings that name identities of the pool.
 */
export function readProvider(record: Node, facts: Facts, name = textOf(record, 'name')): void {
  const [, project, pool, provider] = PROVIDER.exec(name ?? '') ?? [];
  if (project === undefined || pool === undefined || provider === undefined) {
    facts.problem('a workload identity provider without a name that can be read', record);
    return;
  }
  const nativeId = `${poolName(project, pool)}/providers/${provider}`;
  const audiences = textsOf(record, 'oidc', 'allowedAudiences');
  const issuer = textOf(record, 'oidc', 'issuerUri');
  const account = textOf(record, 'aws', 'accountId');
  facts.name(
    { kind: 'workload-identity-pool', nativeId: poolName(project, pool), name: pool, scope: [project] },
    record,
  );
  const id = facts.principal(
    {
      kind: 'workload-identity-provider',
      nativeId,
      name: `${pool}/${provider}`,
      scope: [project],
      enabled: isOn(record),
      attributes: present({
        display_name: textOf(record, 'displayName'),
        state: textOf(record, 'state'),
        issuer,
        aws_account: account,
        saml: textOf(record, 'saml', 'idpMetadataXml') === undefined ? undefined : true,
        attribute_mapping: recordOf(record, 'attributeMapping'),
        attribute_condition: textOf(record, 'attributeCondition'),
        // Without a list, only the provider's own name is an audience (IAM API reference, Oidc.allowedAudiences).
        allowed_audiences:
          audiences.length === 0
            ? [`https://iam.googleapis.com/${nativeId}`, `//iam.googleapis.com/${nativeId}`]
            : audiences,
      }),
    },
    record,
  );
  if (account !== undefined) {
    facts.trust({ principal: id, subject: { kind: 'account', value: account }, how: 'assume' }, record);
  }
  facts.trust(
    {
      principal: principalId('gcp', 'workload-identity-pool', poolName(project, pool)),
      subject: { kind: 'principal', id },
      how: 'provides',
    },
    record,
  );
}

function poolName(project: string, pool: string): string {
  return `projects/${project}/locations/global/workloadIdentityPools/${pool}`;
}

/** Deleted ones stay for thirty days, and admit nobody. */
function isOn(record: Node): boolean {
  return flagOf(record, 'disabled') !== true && textOf(record, 'state') !== 'DELETED';
}
