import { credentialId } from '../../src/model/id.ts';
import { isObject, type JsonObject } from '../../src/model/json.ts';
import type { Usage } from '../../src/model/usage.ts';
import { member, text } from '../../src/scan/formats/json-members.ts';
import { date, present } from './fields.ts';
import { named } from './names.ts';
import type { Reading } from './reading.ts';

/** The last sign-ins of a service principal, of the beta of Graph: as client, since being a resource is no use of it. */
export function readSignIns(record: JsonObject, reading: Reading): void {
  const location = reading.placeOf(record);
  const clientId = text(record, 'appId');
  if (clientId === undefined) {
    reading.problem('sign-in activity without appId', location);
    return;
  }
  const asClient = ['applicationAuthenticationClientSignInActivity', 'delegatedClientSignInActivity']
    .flatMap((name) => lastOf(record, name) ?? [])
    .sort()
    .at(-1);
  const usage: Usage = usageOf(asClient ?? lastOf(record, 'lastSignInActivity'), 'entra-sign-in-activity-beta');
  reading.list({ ...named('service-principal', clientId, location), usage });
}

/** The last sign-in with one credential, of the beta of Graph. */
export function readCredentialSignIn(record: JsonObject, reading: Reading): void {
  const location = reading.placeOf(record);
  const clientId = text(record, 'appId');
  const nativeId = text(record, 'keyId')?.toLowerCase();
  if (clientId === undefined || nativeId === undefined) {
    reading.problem('credential activity without appId or keyId', location);
    return;
  }
  const kind = /secret|password/i.test(text(record, 'keyType') ?? '') ? 'app-secret' : 'app-certificate';
  const expiresAt = date(record, 'expirationDateTime');
  reading.credential({
    id: credentialId('azure', kind, nativeId),
    platform: 'azure',
    kind,
    nativeId,
    principal: reading.name(named('service-principal', clientId, location)),
    status: 'unknown',
    ...(expiresAt === undefined ? { expiryUnknown: true } : { expiresAt }),
    usage: usageOf(lastOf(record, 'signInActivity'), 'entra-credential-activity-beta'),
    attributes: present({ origin: text(record, 'credentialOrigin') }),
    locations: [location],
  });
}

/** No date says nothing: these reports do not tell how far back they go. */
function usageOf(lastUsedAt: string | undefined, source: string): Usage {
  return { ...(lastUsedAt === undefined ? {} : { lastUsedAt }), source, confidence: 'medium' };
}

function lastOf(record: JsonObject, name: string): string | undefined {
  const activity = member(record, name);
  if (!isObject(activity)) return undefined;
  const dates = ['lastSignInDateTime', 'lastNonInteractiveSignInDateTime', 'lastSuccessfulSignInDateTime'];
  return dates
    .flatMap((one) => date(activity, one) ?? [])
    .sort()
    .at(-1);
}
