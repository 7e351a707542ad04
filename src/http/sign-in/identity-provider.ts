import { importPKCS8 } from 'jose';
import * as oidc from 'openid-client';
import { isLoopbackName } from '../../config/issuer-fields.ts';
import { AppError } from '../../errors.ts';
import type { SecretValue } from '../../model/secret-value.ts';

const TIMEOUT_SECONDS = 10;
/** What discovery said holds for so long; keys are looked up by the client library. */
const DISCOVERY_MAX_AGE = 3_600_000;

export interface IdentityProviderOptions {
  /** Exactly as in its tokens. */
  readonly issuer: string;
  readonly clientId: string;
  readonly authentication:
    | { readonly method: 'client_secret_basic' | 'client_secret_post'; readonly secret: SecretValue }
    | { readonly method: 'private_key_jwt'; readonly key: SecretValue; readonly alg: string; readonly keyId?: string };
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  /** One of these must have been reached; none is asked for when empty. */
  readonly acrValues: readonly string[];
  /** Milliseconds since the person was last seen there. */
  readonly maxAge?: number;
  /** Claims that are looked for at the userinfo endpoint when the ID token lacks them. */
  readonly wantedClaims: readonly string[];
  now(): Date;
}

/** What a sign-in must remember until the browser comes back. It goes with the browser, sealed. */
export interface PendingSignIn {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** Seconds; as it was asked for. */
  readonly maxAge?: number;
  readonly acrValues: readonly string[];
}

/** Somebody whom the identity provider vouches for. */
export interface ProvenPerson {
  readonly issuer: string;
  readonly subject: string;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly acr?: string;
  readonly amr: readonly string[];
  /** When the person was seen; 1970 where the provider does not say, so that nothing counts as fresh. */
  readonly authenticatedAt: Date;
}

/** What a page that needs more than the session has asks of the provider. */
export interface StepUp {
  /** Seconds. */
  readonly maxAge?: number;
  readonly acrValues?: readonly string[];
}

/**
 * The identity provider where people sign in: authorization code flow with PKCE, `state`, `nonce`, the issuer in the answer (RFC 9207), and ID tokens
 * whose signature is checked even though they come over TLS.
 */
export class IdentityProvider {
  readonly #options: IdentityProviderOptions;
  #found: { readonly client: Promise<oidc.Configuration>; readonly until: number } | undefined;

  constructor(options: IdentityProviderOptions) {
    this.#options = options;
  }

  /** For people, on the button. */
  get name(): string {
    return new URL(this.#options.issuer).host;
  }

  /** @throws {AppError} ERR_SIGN_IN_UNAVAILABLE when the provider does not answer. */
  async begin(stepUp: StepUp = {}): Promise<{ readonly url: URL; readonly pending: PendingSignIn }> {
    const { redirectUri, scopes } = this.#options;
    const client = await this.#client();
    const maxAge = least(stepUp.maxAge, this.#options.maxAge === undefined ? undefined : this.#options.maxAge / 1000);
    const acrValues = stepUp.acrValues ?? this.#options.acrValues;
    const verifier = oidc.randomPKCECodeVerifier();
    const pending: PendingSignIn = {
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      verifier,
      acrValues,
      ...(maxAge === undefined ? {} : { maxAge: Math.floor(maxAge) }),
    };
    const url = oidc.buildAuthorizationUrl(client, {
      redirect_uri: redirectUri,
      scope: scopes.join(' '),
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state: pending.state,
      nonce: pending.nonce,
      ...(acrValues.length === 0 ? {} : { acr_values: acrValues.join(' ') }),
      ...(pending.maxAge === undefined ? {} : { max_age: String(pending.maxAge) }),
    });
    return { url, pending };
  }

  /**
   * @param query - of the address that the browser came back to.
   * @throws {AppError} ERR_SIGN_IN_REFUSED when anything about the answer is not as it must be; ERR_SIGN_IN_UNAVAILABLE.
   */
  async finish(query: string, pending: PendingSignIn): Promise<ProvenPerson> {
    const { redirectUri, now } = this.#options;
    const client = await this.#client();
    const place = new URL(redirectUri);
    place.search = query;
    let claims: oidc.IDToken;
    let more: Readonly<Record<string, unknown>> = {};
    try {
      const tokens = await oidc.authorizationCodeGrant(client, place, {
        pkceCodeVerifier: pending.verifier,
        expectedState: pending.state,
        expectedNonce: pending.nonce,
        idTokenExpected: true,
        ...(pending.maxAge === undefined ? {} : { maxAge: pending.maxAge }),
      });
      const told = tokens.claims();
      if (told === undefined) throw new Error('no ID token');
      claims = told;
      if (this.#lacks(claims) && client.serverMetadata().userinfo_endpoint !== undefined)
        more = await oidc.fetchUserInfo(client, tokens.access_token, claims.sub);
    } catch (cause) {
      throw refusedOrDown(cause);
    }
    const { acr, amr, auth_time: seen } = claims;
    if (pending.acrValues.length > 0 && (typeof acr !== 'string' || !pending.acrValues.includes(acr)))
      throw refusedSignIn('acr');
    // A provider's clock may be ahead of ours; nobody was seen in the future.
    const seenAt = Math.min(typeof seen === 'number' ? seen * 1000 : 0, now().getTime());
    return {
      issuer: claims.iss,
      subject: claims.sub,
      claims: { ...more, ...claims },
      ...(typeof acr === 'string' ? { acr } : {}),
      amr: Array.isArray(amr) ? amr.filter(isWord) : [],
      authenticatedAt: new Date(seenAt),
    };
  }

  #lacks(claims: Readonly<Record<string, unknown>>): boolean {
    return this.#options.wantedClaims.some((claim) => claims[claim.split('/')[0] ?? claim] === undefined);
  }

  /** Discovery, when it is needed first and then now and again. A failure is not remembered. */
  async #client(): Promise<oidc.Configuration> {
    const at = this.#options.now().getTime();
    if (this.#found === undefined || this.#found.until <= at) {
      const client = this.#discover();
      this.#found = { client, until: at + DISCOVERY_MAX_AGE };
      client.catch(() => {
        this.#found = undefined;
      });
    }
    try {
      return await this.#found.client;
    } catch (cause) {
      throw unavailable(cause);
    }
  }

  async #discover(): Promise<oidc.Configuration> {
    const { issuer, clientId, authentication } = this.#options;
    const place = new URL(issuer);
    const loopback = place.protocol === 'http:' && isLoopbackName(place.hostname);
    return await oidc.discovery(place, clientId, undefined, await clientAuthentication(authentication), {
      timeout: TIMEOUT_SECONDS,
      execute: [oidc.enableNonRepudiationChecks, ...(loopback ? [oidc.allowInsecureRequests] : [])],
    });
  }
}

/** The one answer to every sign-in that fails; why is for log and audit (`details.reason`). */
export function refusedSignIn(reason: string, cause?: unknown): AppError {
  return new AppError('ERR_SIGN_IN_REFUSED', 'the sign-in was refused', {
    hint: 'try again; if it stays so, ask whoever runs this issuer',
    details: { reason },
    ...(cause === undefined ? {} : { cause }),
  });
}

async function clientAuthentication(
  authentication: IdentityProviderOptions['authentication'],
): Promise<oidc.ClientAuth> {
  if (authentication.method !== 'private_key_jwt') {
    const secret = authentication.secret.reveal();
    return authentication.method === 'client_secret_basic'
      ? oidc.ClientSecretBasic(secret)
      : oidc.ClientSecretPost(secret);
  }
  const { key, alg, keyId } = authentication;
  const imported = await importPKCS8(key.reveal(), alg);
  return oidc.PrivateKeyJwt(keyId === undefined ? imported : { key: imported, kid: keyId });
}

/** What the provider, or somebody in its place, answered is a refusal; that it did not answer is a failure. */
function refusedOrDown(cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
  const error = cause instanceof Error && 'error' in cause ? String(cause.error) : undefined;
  if (cause instanceof TypeError || code === 'OAUTH_TIMEOUT') return unavailable(cause);
  return refusedSignIn(error === undefined ? code : `provider:${error.slice(0, 64)}`, cause);
}

function unavailable(cause: unknown): AppError {
  return new AppError('ERR_SIGN_IN_UNAVAILABLE', 'the identity provider does not answer', { cause });
}

function least(...numbers: readonly (number | undefined)[]): number | undefined {
  const given = numbers.filter((number) => number !== undefined);
  return given.length === 0 ? undefined : Math.min(...given);
}

function isWord(text: unknown): text is string {
  return typeof text === 'string' && /^[\x21-\x7e]{1,64}$/.test(text);
}
