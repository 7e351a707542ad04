import { readBinding } from './binding.ts';
import type { Facts } from './facts.ts';
import type { Reader } from './kinds.ts';
import type { ManifestObject } from './manifest-object.ts';
import { readNamespace } from './namespace.ts';
import { readRole } from './role.ts';
import { readServiceAccount } from './service-account.ts';
import { readSigningRequest } from './signing-request.ts';
import { readSecret } from './token-secret.ts';
import { readWorkload } from './workload.ts';

/** What reads an object, wherever it stands: in a manifest, an answer of the API, or the source of infrastructure. */
export const OBJECT_READERS: Readonly<Record<Reader, (object: ManifestObject, facts: Facts) => void>> = {
  workload: readWorkload,
  'service-account': readServiceAccount,
  role: readRole,
  binding: readBinding,
  secret: readSecret,
  namespace: readNamespace,
  'signing-request': readSigningRequest,
};
