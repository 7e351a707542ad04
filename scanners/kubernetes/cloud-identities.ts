import { type Entry, type Place, textAt } from '../../src/scan/formats/node.ts';
import { awsRole, azureServicePrincipal, gcpServiceAccount, type PrincipalName } from '../cloud-principals.ts';

/** A principal of a cloud that an annotation names, and where. */
export interface CloudIdentity {
  readonly principal: PrincipalName;
  readonly place: Place;
}

/** Annotations of service accounts by which EKS, GKE and AKS give pods an identity of the cloud. */
const READERS: Readonly<Record<string, (value: string) => PrincipalName | undefined>> = {
  'eks.amazonaws.com/role-arn': awsRole,
  'iam.gke.io/gcp-service-account': gcpServiceAccount,
  'azure.workload.identity/client-id': azureServicePrincipal,
};

/** Whether an annotation is one of these. */
export function isCloudIdentityKey(key: string): boolean {
  return Object.hasOwn(READERS, key);
}

/** The identities that annotations name. One that is still a variable or a template names nothing yet. */
export function cloudIdentities(annotations: ReadonlyMap<string, Entry>): readonly CloudIdentity[] {
  return Object.entries(READERS).flatMap(([key, read]) => {
    const entry = annotations.get(key);
    const principal = read(textAt(entry?.value)?.trim() ?? '');
    return principal === undefined || entry === undefined ? [] : [{ principal, place: entry.place }];
  });
}
