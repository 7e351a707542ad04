import { principalId } from '../../src/model/id.ts';
import { type Entry, type Place, textAt } from '../../src/scan/formats/node.ts';
import type { PrincipalName } from './principals.ts';

/** A principal of a cloud that an annotation names, and where. */
export interface CloudIdentity {
  readonly principal: PrincipalName;
  readonly place: Place;
}

const ROLE_ARN = /^arn:aws[a-z-]*:iam::(\d{12}):role\/(?:[\w+=,.@/-]*\/)?([\w+=,.@-]+)$/;
const SERVICE_ACCOUNT_EMAIL = /^[a-z0-9-]+@([a-z0-9.:-]+)\.iam\.gserviceaccount\.com$/;
const CLIENT_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Annotations of service accounts by which EKS, GKE and AKS give pods an identity of the cloud. */
const READERS: Readonly<Record<string, (value: string) => PrincipalName | undefined>> = {
  'eks.amazonaws.com/role-arn'(arn) {
    const [, account, name] = ROLE_ARN.exec(arn) ?? [];
    return account === undefined || name === undefined ? undefined : principal('aws', 'role', arn, name, [account]);
  },
  'iam.gke.io/gcp-service-account'(email) {
    const project = SERVICE_ACCOUNT_EMAIL.exec(email)?.[1];
    return project === undefined ? undefined : principal('gcp', 'service-account', email, email, [project]);
  },
  'azure.workload.identity/client-id'(client) {
    return CLIENT_ID.test(client)
      ? principal('azure', 'service-principal', client.toLowerCase(), client.toLowerCase(), [])
      : undefined;
  },
};

/** Whether an annotation is one of these. */
export function isCloudIdentityKey(key: string): boolean {
  return Object.hasOwn(READERS, key);
}

/** The identities that annotations name. One that is still a variable or a template names nothing yet. */
export function cloudIdentities(annotations: ReadonlyMap<string, Entry>): readonly CloudIdentity[] {
  return Object.entries(READERS).flatMap(([key, read]) => {
    const entry = annotations.get(key);
    const found = read(textAt(entry?.value)?.trim() ?? '');
    return found === undefined || entry === undefined ? [] : [{ principal: found, place: entry.place }];
  });
}

function principal(
  platform: string,
  kind: string,
  nativeId: string,
  name: string,
  scope: readonly string[],
): PrincipalName {
  return { id: principalId(platform, kind, nativeId), platform, kind, nativeId, name, scope };
}
