import type { JsonObject } from '../model/json.ts';
import type { StaticSecret } from '../model/static-secret.ts';
import type { Report } from './report.ts';

/** A static secret as the JSON formats print it; never its value. */
export function secretJson(secret: StaticSecret, { secretRules }: Report): JsonObject {
  const [first] = secret.locations;
  const rule = secretRules.get(secret.rule);
  return {
    id: secret.id,
    rule: secret.rule,
    vendor: secret.vendor,
    title: secret.title,
    confidence: secret.confidence,
    path: first?.path ?? null,
    line: first?.line ?? null,
    column: first?.column ?? null,
    fingerprint: secret.fingerprint,
    in_head: secret.inHead,
    validity: secret.validity,
    ...(first?.commit === undefined ? {} : { commit: first.commit }),
    ...(first?.encoding === undefined ? {} : { encoding: first.encoding }),
    ...(rule === undefined ? {} : { docs: rule.docs }),
    ...(rule?.opens === undefined ? {} : { opens: rule.opens }),
    ...(rule?.revoke === undefined ? {} : { revoke: rule.revoke }),
    ...(secret.platform === undefined ? {} : { platform: secret.platform }),
    ...(secret.hint === undefined ? {} : { hint: secret.hint }),
    ...(secret.credentialNativeId === undefined ? {} : { credential_native_id: secret.credentialNativeId }),
    facts: secret.facts ?? {},
    locations: secret.locations.map((location) => ({ ...location })),
  };
}
