import { createHash } from 'node:crypto';
import { decodeJwt, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { AppError } from '../../errors.ts';
import type { Issuer } from '../../issuer/issuer.ts';
import { type Confirmation, keyOf } from '../../model/confirmation.ts';
import { isObject, type Json, type JsonObject } from '../../model/json.ts';
import { matchesSegmentGlob } from '../../model/segment-glob.ts';
import type { SpiffeWorkloads } from '../spiffe/spiffe-workloads.ts';
import { flattenClaims } from './flatten-claims.ts';
import { refused } from './refused.ts';
import { remoteKeys } from './remote-keys.ts';
import type { Presentation, SubjectTokenKind, VerifiedSubject } from './subject-token.ts';
import type { TrustRule } from './trust-rule.ts';

const JWT_TYPES = ['urn:ietf:params:oauth:token-type:jwt', 'urn:ietf:params:oauth:token-type:id_token'];
const MAX_TOKEN_LENGTH = 16 * 1024;
const MAX_SUBJECT_LENGTH = 1024;
const SKEW_SECONDS = 60;
/** In a chain of delegation. */
const MAX_ACTORS = 8;
/** A token made for something else (a logout, a proof, a security event) is no identity. */
const TOKEN_TYPES = new Set(['jwt', 'at+jwt', 'application/at+jwt']);

interface Dependencies {
  readonly issuer: Pick<Issuer, 'useOnce' | 'useBy' | 'record'>;
  readonly trust: readonly TrustRule[];
  readonly workloads: Pick<SpiffeWorkloads, 'knows' | 'byToken'>;
  now(): Date;
}

/** A token whose signature and times are good; whether a rule accepts it is another question. */
interface SignedToken {
  readonly payload: JWTPayload & { readonly sub: string; readonly iat: number; readonly exp: number };
  readonly alg: string;
  readonly claims: Readonly<Record<string, string | number | boolean>>;
}

/**
 * JWTs of foreign issuers: CI jobs, Kubernetes service accounts, cloud identities. The trust rules that name exactly its `iss` decide; without
 * one nothing is fetched. A `sub` of a trust domain that SPIFFE rules name makes it a JWT-SVID, which those alone decide about. See `docs/issuer.md` for the checks in their order.
 */
export function oidcJwt({ issuer, trust, workloads, now }: Dependencies): SubjectTokenKind {
  const keys = new Map<string, JWTVerifyGetKey>();

  function keysOf(rule: TrustRule): JWTVerifyGetKey {
    const known = keys.get(rule.issuer);
    if (known !== undefined) return known;
    const made = remoteKeys(rule);
    keys.set(rule.issuer, made);
    return made;
  }

  async function verify(
    token: string,
    iss: string | undefined,
    { call, client }: Presentation,
  ): Promise<VerifiedSubject> {
    const rules = trust.filter((rule) => rule.issuer === iss);
    const [first] = rules;
    if (first === undefined) throw refused('no trust rule for this issuer');
    const signed = await verifySignature(token, keysOf(first), rules, now());
    const why = (candidate: TrustRule) =>
      mismatch(candidate, signed, now()) ?? (mayPresent(candidate, client) ? undefined : 'client');
    const rule = rules.find((candidate) => why(candidate) === undefined);
    if (rule === undefined) {
      const reasons = rules.map((candidate) => `${candidate.id}: ${why(candidate)}`);
      const detail = { issuer: first.issuer, subject: signed.payload.sub, reasons };
      await issuer.record({ event: 'subject_token.refused', actor: `workload:${signed.payload.sub}`, detail }, call);
      throw refused('no trust rule accepts it', { reasons });
    }
    return {
      requester: requester(rule, signed),
      trustRule: rule.id,
      headers: {},
      ...delegation(signed.payload),
      consume: (cnf) => consume(rule, signed, cnf),
    };

    async function consume(
      accepted: TrustRule,
      { payload }: SignedToken,
      cnf: Confirmation | undefined,
    ): Promise<void> {
      if (accepted.replay === 'off') return;
      const until = new Date((payload.exp + SKEW_SECONDS) * 1000);
      const value = payload.jti ?? contentHash(token);
      const key = accepted.replay === 'key_bound' ? keyOf(cnf) : undefined;
      const unused =
        key === undefined
          ? await issuer.useOnce(accepted.issuer, value, until)
          : await issuer.useBy(accepted.issuer, value, key, until);
      if (unused) return;
      const detail = { issuer: accepted.issuer, subject: payload.sub, rule: accepted.id };
      await issuer.record({ event: 'subject_token.replayed', actor: `workload:${payload.sub}`, detail }, call);
      throw refused('used before', { rule: accepted.id });
    }
  }

  return {
    types: JWT_TYPES,
    verify: async (token, presentation) => {
      const unverified = readUnverified(token);
      const { sub } = unverified;
      if (sub === undefined || !workloads.knows(sub)) return verify(token, unverified.iss, presentation);
      const { requester: caller, rule } = await workloads.byToken(token, sub);
      return { requester: caller, trustRule: rule.id, headers: {}, consume: async () => {} };
    },
  };
}

/** Read before anything is verified, and used for nothing but finding the rules. */
function readUnverified(token: string): Pick<JWTPayload, 'iss' | 'sub'> {
  if (token.length > MAX_TOKEN_LENGTH) throw refused('too long');
  try {
    const { iss, sub } = decodeJwt(token);
    return { ...(iss === undefined ? {} : { iss }), ...(typeof sub === 'string' ? { sub } : {}) };
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

function mayPresent({ clients }: TrustRule, client: string | undefined): boolean {
  return clients.length === 0 || (client !== undefined && clients.includes(client));
}

/**
 * What the token says of keys and of delegation.
 *
 * @throws {AppError} ERR_SUBJECT_TOKEN_REFUSED for a binding or a chain that we do not understand: it would be lost.
 */
function delegation(payload: JWTPayload): Pick<VerifiedSubject, 'cnf' | 'act' | 'mayAct'> {
  const { cnf, act, may_act: mayAct } = payload as JsonObject;
  if ((act !== undefined && !isChain(act)) || (mayAct !== undefined && !isObject(mayAct)))
    throw refused('unusable delegation');
  return {
    ...(cnf === undefined ? {} : { cnf: confirmation(cnf) }),
    ...(act === undefined ? {} : { act: act as JsonObject }),
    ...(mayAct === undefined ? {} : { mayAct: mayAct as JsonObject }),
  };
}

function confirmation(cnf: Json): Confirmation {
  if (isObject(cnf) && Object.keys(cnf).length === 1) {
    if (typeof cnf.jkt === 'string') return { jkt: cnf.jkt };
    const thumbprint = cnf['x5t#S256'];
    if (typeof thumbprint === 'string') return { 'x5t#S256': thumbprint };
  }
  throw refused('bound to a key in a way that is not supported');
}

function isChain(act: Json | undefined, depth = 1): boolean {
  if (act === undefined) return true;
  return depth <= MAX_ACTORS && isObject(act) && typeof act.sub === 'string' && isChain(act.act, depth + 1);
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
