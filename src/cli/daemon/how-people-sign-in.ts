import type { IssuerConfig } from '../../config/issuer.ts';
import { resolveSecret } from '../../config/resolve-secret.ts';
import type { SignInConfig } from '../../config/sign-in.ts';
import { Seal } from '../../http/browser/seal.ts';
import { DeviceFlow } from '../../http/device/device-flow.ts';
import { Operators } from '../../http/operators/operators.ts';
import { SecondFactor } from '../../http/operators/second-factor.ts';
import type { People } from '../../http/people.ts';
import { humanOf } from '../../http/sign-in/admission.ts';
import { IdentityProvider, type IdentityProviderOptions } from '../../http/sign-in/identity-provider.ts';
import type { Issuer } from '../../issuer/issuer.ts';
import type { IssuerStore } from '../../store/issuer/issuer-store.ts';

interface Surroundings {
  readonly store: IssuerStore;
  readonly issuer: Issuer;
  /** The issuer's public URL. */
  readonly url: string;
  readonly storeKey: Uint8Array;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  now(): Date;
}

/** The people of the daemon, as `issuer.sign_in` has them: accounts, sessions, identity provider. */
export function howPeopleSignIn(
  { sign_in: config }: IssuerConfig,
  surroundings: Surroundings,
): { readonly operators: Operators; readonly people: People } {
  const { store, issuer, storeKey, now } = surroundings;
  const operators = new Operators({
    store,
    issuer,
    secondFactor: new SecondFactor(storeKey),
    ...(config === undefined ? {} : { sessionTtl: config.session_ttl }),
    now,
  });
  const people: People = {
    seal: new Seal(storeKey),
    passwords: config?.passwords ?? true,
    devices: new DeviceFlow({ store, operators, issuer, now }),
    ...(config === undefined ? {} : { provider: providerOf(config, surroundings) }),
  };
  return { operators, people };
}

/** Tells the store which accounts are one person, as the configuration has it. */
export async function assignPeople({ sign_in: config }: IssuerConfig, operators: Operators): Promise<void> {
  if (config !== undefined) await operators.assignPeople((accounts) => humanOf(accounts, config.people));
}

function providerOf(config: SignInConfig, surroundings: Surroundings): NonNullable<People['provider']> {
  const { url, now } = surroundings;
  const { name, human, groups } = config.claims;
  return {
    client: new IdentityProvider({
      issuer: config.issuer,
      clientId: config.client_id,
      authentication: authenticationOf(config, surroundings),
      redirectUri: `${url}/login/callback`,
      scopes: config.scopes,
      acrValues: config.acr_values,
      ...(config.max_age === undefined ? {} : { maxAge: config.max_age }),
      wantedClaims: [name, groups, ...(human === undefined ? [] : [human])],
      now,
    }),
    rules: {
      claims: { name, groups, ...(human === undefined ? {} : { human }) },
      allowedGroups: config.allowed_groups,
      allowedDomains: config.allowed_domains,
      people: config.people,
    },
  };
}

/** The configuration has checked that there is one of the two. */
function authenticationOf(config: SignInConfig, from: Surroundings): IdentityProviderOptions['authentication'] {
  const { client_secret: secret, client_secret_method: method, private_key_jwt: signed } = config;
  if (signed === undefined || secret !== undefined)
    return { method, secret: resolveSecret(secret ?? { env: '' }, from) };
  const { alg, kid } = signed;
  const key = resolveSecret(signed.key, from);
  return { method: 'private_key_jwt', key, alg, ...(kid === undefined ? {} : { keyId: kid }) };
}
