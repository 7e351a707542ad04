import { decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import type { Requester } from '../../model/access-request.ts';
import { matchesSegmentGlob } from '../../model/segment-glob.ts';
import { type FreshDocument, freshDocument } from '../documents.ts';
import { leadsTo } from '../sender/certificate-path.ts';
import type { ClientCertificate } from '../sender/client-certificate.ts';
import { refused } from '../subject-token/refused.ts';
import { parseSpiffeId, type SpiffeId } from './spiffe-id.ts';
import type { SpiffeRule } from './spiffe-rule.ts';
import { parseTrustBundle, type TrustBundle } from './trust-bundle.ts';

/** JWT-SVID §2.1 names these and no others. */
export const SVID_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512'];
const TOKEN_TYPES = new Set([undefined, 'JWT', 'JOSE']);
const SKEW_SECONDS = 60;
const MAX_TOKEN_LENGTH = 16 * 1024;

export interface SpiffeWorkload {
  readonly id: string;
  readonly rule: SpiffeRule;
  readonly requester: Requester;
}

/** Workloads of trusted SPIFFE trust domains, by JWT-SVID or X.509-SVID. Each trust domain is checked with its own bundle and no other. */
export class SpiffeWorkloads {
  readonly #rules: readonly SpiffeRule[];
  readonly #now: () => Date;
  readonly #bundles = new Map<string, FreshDocument<TrustBundle>>();

  constructor(rules: readonly SpiffeRule[], now: () => Date) {
    this.#rules = rules;
    this.#now = now;
    for (const { trustDomain, bundle } of rules)
      if (!this.#bundles.has(trustDomain)) this.#bundles.set(trustDomain, freshDocument(bundle, parseTrustBundle));
  }

  /** Whether `subject` is of a trust domain that we know; nothing else about it has been checked. */
  knows(subject: string | undefined): boolean {
    const id = subject === undefined ? undefined : parseSpiffeId(subject);
    return id !== undefined && this.#bundles.has(id.trustDomain);
  }

  /**
   * Checks a JWT-SVID. It is not used up: SVIDs are cached by those who hold them.
   *
   * @param subject - of the token, unverified: it says which bundle to check with.
   * @param audience - the only one that it may have; that of the rule, among others, when absent.
   * @throws {AppError} ERR_SUBJECT_TOKEN_REFUSED, ERR_KEYS_UNREACHABLE.
   */
  async byToken(token: string, subject: string, audience?: string): Promise<SpiffeWorkload> {
    const id = parseSpiffeId(subject);
    const bundle = id === undefined ? undefined : this.#bundles.get(id.trustDomain);
    if (id === undefined || bundle === undefined) throw refused('no such trust domain');
    const payload = await this.#verified(token, bundle);
    if (payload.sub !== subject || payload.exp === undefined) throw refused('a claim is missing');
    const audiences = typeof payload.aud === 'string' ? [payload.aud] : (payload.aud ?? []);
    if (audience !== undefined && (audiences.length !== 1 || audiences[0] !== audience)) throw refused('audience');
    if (payload.iat !== undefined && payload.iat > this.#now().getTime() / 1000 + SKEW_SECONDS)
      throw refused('issued in the future');
    return this.#workload(subject, id, (rule) => audience !== undefined || audiences.includes(rule.audience));
  }

  /**
   * Checks an X.509-SVID (X509-SVID §2 to §5): exactly one URI name, which is the SPIFFE ID; a leaf that signs no certificates; and a path to an
   * authority of that very trust domain.
   *
   * @throws {AppError} ERR_SUBJECT_TOKEN_REFUSED, ERR_KEYS_UNREACHABLE.
   */
  async byCertificate(certificate: ClientCertificate): Promise<SpiffeWorkload> {
    const { names, ca, keyUsage } = certificate.extensions;
    const [uri = '', ...others] = names.uri;
    const id = others.length === 0 ? parseSpiffeId(uri) : undefined;
    const bundle = id === undefined ? undefined : this.#bundles.get(id.trustDomain);
    if (id === undefined || bundle === undefined) throw refused('no SPIFFE ID of a known trust domain');
    if (ca || keyUsage === undefined || !keyUsage.digitalSignature || keyUsage.certSign || keyUsage.crlSign)
      throw refused('no leaf certificate');
    const leads = async (of: Promise<TrustBundle>) => leadsTo(certificate, (await of).roots, this.#now());
    if (!(await leads(bundle.get())) && !(await leads(bundle.getAgain()))) throw refused('no path to an authority');
    return this.#workload(uri, id, () => true);
  }

  async #verified(token: string, bundle: FreshDocument<TrustBundle>): Promise<JWTPayload> {
    if (token.length > MAX_TOKEN_LENGTH) throw refused('too long');
    const options = { algorithms: SVID_ALGORITHMS, clockTolerance: SKEW_SECONDS, currentDate: this.#now() };
    const check = async (of: Promise<TrustBundle>) => (await jwtVerify(token, (await of).jwtKeys, options)).payload;
    const current = await bundle.get();
    try {
      if (!TOKEN_TYPES.has(decodeProtectedHeader(token).typ)) throw refused('a token of another type');
      return await check(Promise.resolve(current)).catch((error: unknown) => {
        if (error instanceof errors.JWKSNoMatchingKey) return check(bundle.getAgain());
        throw error;
      });
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError)
        throw refused(error instanceof errors.JOSEError ? error.code : 'not verifiable', {}, error);
      throw error;
    }
  }

  #workload(id: string, { trustDomain, path }: SpiffeId, accepts: (rule: SpiffeRule) => boolean): SpiffeWorkload {
    const rule = this.#rules.find(
      (candidate) =>
        candidate.trustDomain === trustDomain && accepts(candidate) && matchesSegmentGlob(candidate.path, path),
    );
    if (rule === undefined) throw refused('no rule accepts it', { subject: id });
    return {
      id,
      rule,
      requester: {
        kind: 'workload',
        issuer: `spiffe://${trustDomain}`,
        subject: id,
        ...(rule.principal === undefined ? {} : { principal: rule.principal }),
        owners: rule.owners,
        claims: {},
      },
    };
  }
}
