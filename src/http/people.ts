import type { Seal } from './browser/seal.ts';
import type { DeviceFlow } from './device/device-flow.ts';
import type { AdmissionRules } from './sign-in/admission.ts';
import type { IdentityProvider } from './sign-in/identity-provider.ts';

/** How people get in. */
export interface People {
  readonly seal: Seal;
  /** Accounts of our own may sign in with their passwords. */
  readonly passwords: boolean;
  /** Where everybody else signs in, and who of them may. */
  readonly provider?: { readonly client: IdentityProvider; readonly rules: AdmissionRules };
  readonly devices: DeviceFlow;
}
