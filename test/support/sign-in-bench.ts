import { Seal } from '../../src/http/browser/seal.ts';
import type { AdmissionRules } from '../../src/http/sign-in/admission.ts';
import { IdentityProvider, type IdentityProviderOptions } from '../../src/http/sign-in/identity-provider.ts';
import { SecretValue } from '../../src/model/secret-value.ts';
import { BrowserJar, type Page } from './browser-jar.ts';
import { type HttpBench, ISSUER_URL, openHttpBench } from './http-bench.ts';

export interface SignInBench extends HttpBench {
  /** A browser that knows where the issuer's public URL leads to. */
  browser(): BrowserJar;
  /** Goes through the identity provider as somebody. */
  signInAt(jar: BrowserJar, login: string, options?: { readonly mfa?: boolean; readonly from?: string }): Promise<Page>;
}

/** The issuer bench with an identity provider for people. Its clock is the real one, since the provider's is. */
export async function openSignInBench(
  provider: string,
  options: { readonly rules?: Partial<AdmissionRules>; readonly client?: Partial<IdentityProviderOptions> } = {},
): Promise<SignInBench> {
  const now = () => new Date();
  const client = new IdentityProvider({
    issuer: provider,
    clientId: 'lapse',
    authentication: { method: 'client_secret_basic', secret: new SecretValue('not-a-secret') },
    redirectUri: `${ISSUER_URL}/login/callback`,
    scopes: ['openid', 'email', 'profile'],
    acrValues: [],
    wantedClaims: ['email', 'groups'],
    now,
    ...options.client,
  });
  const rules: AdmissionRules = {
    claims: { name: 'email', groups: 'groups' },
    allowedGroups: ['staff'],
    allowedDomains: [],
    people: {},
    ...options.rules,
  };
  const bench = await openHttpBench({
    now,
    http: { trustedProxies: ['127.0.0.1'] },
    people: { seal: new Seal(Buffer.alloc(32, 3)), passwords: true, provider: { client, rules } },
  });
  return {
    ...bench,
    browser: () => new BrowserJar({ [ISSUER_URL]: bench.url }),
    signInAt: async (jar, login, { mfa = false, from = `${ISSUER_URL}/login/oidc` } = {}) => {
      const asked = await jar.get(from);
      if (!asked.url.includes('/interaction/')) return asked;
      return await jar.post(asked.url, { login, ...(mfa ? { mfa: '1' } : {}) });
    },
  };
}
