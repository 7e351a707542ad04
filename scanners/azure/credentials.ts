import type { Credential } from '../../src/model/credential.ts';
import { credentialId, secretId } from '../../src/model/id.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { Location } from '../../src/model/location.ts';
import { objects, text } from '../../src/scan/formats/json-members.ts';
import { date, present } from './fields.ts';
import type { Reading } from './reading.ts';

/** Whose the credentials of a record are. */
export interface Holder {
  /** Inventory id of the service principal that they sign in as, whichever of the two objects they sit on. */
  readonly principal: string;
  readonly clientId: string | undefined;
  readonly on: 'application' | 'service-principal';
  /** Azure makes and rotates the certificate of a managed identity itself; nobody else ever has it. */
  readonly managed: boolean;
}

/** The passwords and keys of an application or a service principal. */
export function readCredentials(record: JsonObject, holder: Holder, reading: Reading): void {
  for (const password of objects(record, 'passwordCredentials')) {
    readPassword(password, holder, reading.placeOf(password), reading);
  }
  for (const key of objects(record, 'keyCredentials')) readKey(key, holder, reading.placeOf(key), reading);
}

/** A client secret: only what is known about it, and a fingerprint where its text was left in the export. */
export function readPassword(password: JsonObject, holder: Holder, location: Location, reading: Reading): void {
  const keyId = text(password, 'keyId');
  if (keyId === undefined) {
    reading.problem('a password credential without keyId', location);
    return;
  }
  const value = text(password, 'secretText');
  const fingerprint = value === undefined ? undefined : reading.context.fingerprint(value);
  emit('app-secret', keyId, password, holder, location, reading, {
    hint: text(password, 'hint'),
    fingerprint,
  });
  if (fingerprint === undefined) return;
  reading.secret({
    id: secretId(fingerprint),
    rule: 'azure/client-secret',
    vendor: 'azure',
    title: 'Microsoft Entra client secret',
    confidence: 'structured',
    fingerprint,
    platform: 'azure',
    credentialNativeId: keyId.toLowerCase(),
    ...(holder.clientId === undefined ? {} : { facts: { client_id: holder.clientId } }),
    validity: 'unknown',
    inHead: true,
    locations: [location],
  });
}

/**
 * A certificate or symmetric key. What is for `Sign` is what the service signs SAML tokens with: nobody signs in with it.
 */
export function readKey(key: JsonObject, holder: Holder, location: Location, reading: Reading): void {
  const keyId = text(key, 'keyId');
  if (keyId === undefined) {
    reading.problem('a key credential without keyId', location);
    return;
  }
  const usage = text(key, 'usage');
  const kind = holder.managed ? 'managed-certificate' : usage === 'Sign' ? 'saml-certificate' : 'app-certificate';
  emit(kind, keyId, key, holder, location, reading, {
    type: text(key, 'type'),
    usage,
    thumbprint: text(key, 'customKeyIdentifier'),
  });
}

function emit(
  kind: string,
  keyId: string,
  record: JsonObject,
  holder: Holder,
  location: Location,
  reading: Reading,
  more: Readonly<Record<string, string | undefined>>,
): void {
  const nativeId = keyId.toLowerCase();
  const createdAt = date(record, 'startDateTime') ?? date(record, 'startDate');
  const expiresAt = date(record, 'endDateTime') ?? date(record, 'endDate');
  const body: Credential = {
    id: credentialId('azure', kind, nativeId),
    platform: 'azure',
    kind,
    nativeId,
    principal: holder.principal,
    status: expiresAt !== undefined && Date.parse(expiresAt) <= reading.context.now.getTime() ? 'expired' : 'active',
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    attributes: present({ name: text(record, 'displayName'), on: holder.on, ...more }),
    locations: [location],
  };
  reading.credential(body);
}
