import { createLocalJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { z } from 'zod';
import type { Issuer } from '../../issuer/issuer.ts';
import { type FreshDocument, freshDocument } from '../documents.ts';
import type { ClientRule } from './client-rule.ts';
import { refusedClient } from './refused-client.ts';

const MAX_LENGTH = 8 * 1024;
const MAX_JTI_LENGTH = 256;
const MAX_KEYS = 100;
const SKEW_SECONDS = 60;
/** From now to `exp`: an assertion is made when it is needed. */
const MAX_LIFE_SECONDS = 10 * 60;
const TOKEN_TYPES = new Set([undefined, 'jwt', 'client-authentication+jwt']);

const jwksSchema = z.object({ keys: z.array(z.object({ kty: z.string() }).loose()).max(MAX_KEYS) });

interface Dependencies {
  readonly issuer: Pick<Issuer, 'useOnce'>;
  readonly url: string;
  now(): Date;
}

/** Assertions of `private_key_jwt` (RFC 7523 §3, and RFC 7523bis for the audience: our issuer URL and nothing beside it). */
export class ClientAssertions {
  readonly #keys = new Map<string, FreshDocument<JWTVerifyGetKey>>();
  readonly #dependencies: Dependencies;

  constructor(clients: readonly ClientRule[], dependencies: Dependencies) {
    this.#dependencies = dependencies;
    for (const { id, method } of clients)
      if (method.kind === 'private_key_jwt')
        this.#keys.set(
          id,
          freshDocument(method.jwks, (text) => ({ value: createLocalJWKSet(jwksSchema.parse(JSON.parse(text))) })),
        );
  }

  /**
   * Checks an assertion of this client and uses it up.
   *
   * @throws {AppError} ERR_CLIENT_REFUSED, ERR_KEYS_UNREACHABLE.
   */
  async check(assertion: string, { id, method }: ClientRule): Promise<void> {
    const { issuer, url, now } = this.#dependencies;
    const keys = this.#keys.get(id);
    if (keys === undefined || method.kind !== 'private_key_jwt' || assertion.length > MAX_LENGTH)
      throw refusedClient('not a client of this method');
    const { iss, sub, aud, exp, iat, jti } = await this.#verified(assertion, keys, method.algs);
    const seconds = now().getTime() / 1000;
    if (iss !== id || sub !== id) throw refusedClient('iss and sub');
    if (aud !== url && !(Array.isArray(aud) && aud.length === 1 && aud[0] === url)) throw refusedClient('aud');
    if (exp === undefined || exp > seconds + MAX_LIFE_SECONDS + SKEW_SECONDS) throw refusedClient('exp');
    if (iat !== undefined && iat > seconds + SKEW_SECONDS) throw refusedClient('iat');
    if (typeof jti !== 'string' || jti === '' || jti.length > MAX_JTI_LENGTH) throw refusedClient('jti');
    if (!(await issuer.useOnce(`client ${id}`, jti, new Date((exp + SKEW_SECONDS) * 1000))))
      throw refusedClient('used before');
  }

  async #verified(
    assertion: string,
    document: FreshDocument<JWTVerifyGetKey>,
    algs: readonly string[],
  ): Promise<JWTPayload> {
    const verify = async (keys: JWTVerifyGetKey): Promise<JWTPayload> => {
      const { payload, protectedHeader } = await jwtVerify(assertion, keys, {
        algorithms: [...algs],
        clockTolerance: SKEW_SECONDS,
        currentDate: this.#dependencies.now(),
      });
      if (!TOKEN_TYPES.has(protectedHeader.typ?.toLowerCase())) throw refusedClient('a token of another type');
      return payload;
    };
    const current = await document.get();
    try {
      return await verify(current).catch(async (error: unknown) => {
        if (error instanceof errors.JWKSNoMatchingKey) return verify(await document.getAgain());
        throw error;
      });
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError)
        throw refusedClient(error instanceof errors.JOSEError ? error.code : 'not verifiable', error);
      throw error;
    }
  }
}
