import { principalId } from '../src/model/id.ts';
import type { Principal } from '../src/model/principal.ts';

/** What a principal is called, before it is known whether its own record was read. */
export type PrincipalName = Pick<Principal, 'id' | 'platform' | 'kind' | 'nativeId' | 'name' | 'scope'>;

const ROLE_ARN = /^arn:aws[a-z-]*:iam::(\d{12}):role\/(?:[\w+=,.@/-]*\/)?([\w+=,.@-]+)$/;
const SERVICE_ACCOUNT_EMAIL = /^[a-z0-9-]+@([a-z0-9.:-]+)\.iam\.gserviceaccount\.com$/;
const CLIENT_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The AWS role of an ARN; undefined for anything else, also for an ARN with a variable in it. */
export function awsRole(arn: string): PrincipalName | undefined {
  const [, account, name] = ROLE_ARN.exec(arn) ?? [];
  return account === undefined || name === undefined ? undefined : named('aws', 'role', arn, name, [account]);
}

/** The Google service account of an e-mail address. */
export function gcpServiceAccount(email: string): PrincipalName | undefined {
  const project = SERVICE_ACCOUNT_EMAIL.exec(email)?.[1];
  return project === undefined ? undefined : named('gcp', 'service-account', email, email, [project]);
}

/** The service principal or managed identity of an application's client id. */
export function azureServicePrincipal(clientId: string): PrincipalName | undefined {
  const id = clientId.toLowerCase();
  return CLIENT_ID.test(id) ? named('azure', 'service-principal', id, id, []) : undefined;
}

/** What a principal is called. */
export function named(
  platform: string,
  kind: string,
  nativeId: string,
  name: string,
  scope: readonly string[],
): PrincipalName {
  return { id: principalId(platform, kind, nativeId), platform, kind, nativeId, name, scope };
}
