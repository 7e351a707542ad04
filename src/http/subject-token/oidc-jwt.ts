import { createHash } from 'node:crypto';
import { decodeJwt, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { AppError } from '../../errors.ts';
import type { Issuer } from '../../issuer/issuer.ts';
import type { JsonObject } from '../../model/json.ts';
import { matchesSegmentGlob } from '../../model/segment-glob.ts';
import { flattenClaims } from './flatten-claims.ts';
import { refused } from './refused.ts';
import { remoteKeys } from './remote-keys.ts';
import type { Presentation, SubjectTokenKind, VerifiedSubject } from './subject-token.ts';
import type { TrustRule } from './trust-rule.ts';

const MAX_TOKEN_LENGTH = 16 * 1024;
const MAX_SUBJECT_LENGTH = 1024;
const SKEW_SECONDS = 60;
/** A token made for something else (a logout, a proof, a security event) is no identity. */
const TOKEN_TYPES = new Set(['jwt', 'at+jwt', 'application/at+jwt']);

interface Dependencies {
  readonly issuer: Pick<Issuer, 'useOnce' | 'record'>;
  readonly trust: readonly TrustRule[];
  now(): Date;
}

/** A token whose signature and times are good; whether a rule accepts it is another question. */
interface SignedToken {
  readonly payload: JWTPayload & { readonly sub: string; readonly iat: number; readonly exp: number };
  readonly alg: string;
  readonly claims: Readonly<Record<string, string | number | boolean>>;
}

/**
 * JWTs of foreign issuers: CI jobs, Kubernetes service accounts, SPIFFE workloads, cloud identities. The trust rules that name exactly its
 * `iss` decide; without one nothing is fetched. See `docs/issuer.md` for the checks in their order.
 */
export function oidcJwt({ issuer, trust, now }: Dependencies): SubjectTokenKind {
  const keys = new Map<string, JWTVerifyGetKey>();

  function keysOf(rule: TrustRule): JWTVerifyGetKey {
    const known = keys.get(rule.issuer);
    if (known !== undefined) return known;
    const made = remoteKeys(rule);
    keys.set(rule.issuer, made);
    return made;
  }

  async function verify(token: string, { call }: Presentation): Promise<VerifiedSubject> {
    const iss = unverifiedIssuer(token);
    const rules = trust.filter((rule) => rule.issuer === iss);
    const [first] = rules;
    if (first === undefined) throw refused('no trust rule for this issuer');
    const signed = await verifySignature(token, keysOf(first), rules, now());
    const rule = rules.find((candidate) => mismatch(candidate, signed, now()) === undefined);
    if (rule === undefined) {
      const reasons = rules.map((candidate) => `${candidate.id}: ${mismatch(candidate, signed, now())}`);
      const detail = { issuer: first.issuer, subject: signed.payload.sub, reasons };
      await issuer.record({ event: 'subject_token.refused', actor: `workload:${signed.payload.sub}`, detail }, call);
      throw refused('no trust rule accepts it', { reasons });
    }
    return {
      requester: requester(rule, signed),
      trustRule: rule.id,
      headers: {},
      consume: () => consume(rule, signed),
    };

    async function consume(accepted: TrustRule, { payload }: SignedToken): Promise<void> {
      if (accepted.replay === 'off') return;
      const until = new Date((payload.exp + SKEW_SECONDS) * 1000);
      if (await issuer.useOnce(accepted.issuer, payload.jti ?? contentHash(token), until)) return;
      const detail = { issuer: accepted.issuer, subject: payload.sub, rule: accepted.id };
      await issuer.record({ event: 'subject_token.replayed', actor: `workload:${payload.sub}`, detail }, call);
      throw refused('used before', { rule: accepted.id });
    }
  }

  return {
    types: ['urn:ietf:params:oauth:token-type:jwt', 'urn:ietf:params:oauth:token-type:id_token'],
    verify,
  };
}

/** Read before anything is verified, and used for nothing but finding the rules. */
function unverifiedIssuer(token: string): string | undefined {
  if (token.length > MAX_TOKEN_LENGTH) throw refused('too long');
  try {
    return decodeJwt(token).iss;
  } catch (cause) {
    throw refused('not a JWT', {}, cause);
  }
}

async function verifySignature(
  token: string,
  keys: JWTVerifyGetKey,
  rules: readonly TrustRule[],
  now: Date,
): Promise<SignedToken> {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      algorithms: [...new Set(rules.flatMap((rule) => rule.algs))],
      clockTolerance: SKEW_SECONDS,
      requiredClaims: ['sub', 'iat', 'exp'],
      currentDate: now,
    });
    const { sub, iat, exp } = payload;
    if (sub === undefined || iat === undefined || exp === undefined) throw refused('a claim is missing');
    if (protectedHeader.typ !== undefined && !TOKEN_TYPES.has(protectedHeader.typ.toLowerCase()))
      throw refused('a token of another type');
    if (sub.length > MAX_SUBJECT_LENGTH || hasControlCharacter(sub)) throw refused('an unusable subject');
    return {
      payload: { ...payload, sub, iat, exp },
      alg: protectedHeader.alg,
      claims: flattenClaims(payload as JsonObject),
    };
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw refused(error instanceof errors.JOSEError ? error.code : 'not verifiable', {}, error);
  }
}

/** Why a rule does not accept a token; undefined when it does. For the log only. */
function mismatch(rule: TrustRule, { payload, alg, claims }: SignedToken, now: Date): string | undefined {
  if (!rule.algs.includes(alg)) return 'algorithm';
  const audiences = typeof payload.aud === 'string' ? [payload.aud] : (payload.aud ?? []);
  if (!audiences.includes(rule.audience)) return 'audience';
  const age = now.getTime() / 1000 - payload.iat;
  if (age < -SKEW_SECONDS) return 'issued in the future';
  if (age > rule.maxTokenAge / 1000 + SKEW_SECONDS) return 'too old';
  if (!matchesSegmentGlob(rule.subject, payload.sub)) return 'subject';
  const wrong = Object.entries(rule.claims).find(([name, pattern]) => {
    const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
    return value === undefined || !matchesSegmentGlob(pattern, String(value));
  });
  return wrong === undefined ? undefined : `claim ${wrong[0]}`;
}

function requester(rule: TrustRule, { payload, claims }: SignedToken): VerifiedSubject['requester'] {
  const owners = rule.ownersFrom.flatMap((name) => (Object.hasOwn(claims, name) ? [String(claims[name])] : []));
  return {
    kind: 'workload',
    issuer: rule.issuer,
    subject: payload.sub,
    ...(rule.principal === undefined ? {} : { principal: rule.principal }),
    owners,
    claims,
  };
}

/** Stands for a token without `jti`. Over header and payload only: an ECDSA signature has a second valid form. */
function contentHash(token: string): string {
  return createHash('sha256')
    .update(token.slice(0, token.lastIndexOf('.')))
    .digest('base64url');
}

function hasControlCharacter(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
