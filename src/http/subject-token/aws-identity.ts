import { hash } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { Issuer } from '../../issuer/issuer.ts';
import { matchesSegmentGlob } from '../../model/segment-glob.ts';
import { parseStrictJson } from '../strict-json.ts';
import { type AwsCaller, parseCallerIdentity } from './aws-caller.ts';
import { fetchPinned, type Pinned } from './fetch-pinned.ts';
import { refused } from './refused.ts';
import type { SubjectTokenKind } from './subject-token.ts';

/** Which identities of which account are taken. */
export interface AwsRule {
  readonly id: string;
  readonly account: string;
  /** `role/NAME`, `user/PATH/NAME`: exact, or a segment glob. */
  readonly identity: string;
  readonly owners: readonly string[];
  readonly principal?: string;
}

export interface AwsIdentityOptions extends Pinned {
  /** Region → the endpoint of its STS. No other host is ever asked. */
  readonly endpoints: Readonly<Record<string, string>>;
  readonly rules: readonly AwsRule[];
}

interface Dependencies {
  readonly aws: AwsIdentityOptions;
  readonly issuer: Pick<Issuer, 'useOnce'>;
  readonly url: string;
  now(): Date;
}

const MAX_LENGTH = 12 * 1024;
const MAX_AGE_SECONDS = 5 * 60;
const SKEW_SECONDS = 60;
const TIMEOUT = 5_000;
const BODY = 'Action=GetCallerIdentity&Version=2011-06-15';
const CONTENT_TYPE = 'application/x-www-form-urlencoded; charset=utf-8';

/** All that a caller may say: who signed, when, for which region, and the signature. Everything that is signed is ours. */
const proofSchema = z.strictObject({
  region: z.string().max(32),
  access_key_id: z.string().regex(/^[A-Z0-9]{16,128}$/),
  date: z.string().regex(/^\d{8}T\d{6}Z$/),
  signature: z.string().regex(/^[0-9a-f]{64}$/),
  security_token: z
    .string()
    .regex(/^[A-Za-z0-9+/=]{1,8192}$/)
    .optional(),
});

type Proof = z.output<typeof proofSchema>;

/**
 * A signed `GetCallerIdentity` (AWS Signature Version 4) as proof of an AWS identity. The request is built here, for an endpoint of the
 * configuration, with a signed header `x-lapse-audience` that is our issuer URL, so that a proof for somebody else, or of anything else that
 * the caller has signed, is no proof for us (the class of CVE-2020-16250).
 */
export function awsIdentity({ aws, issuer, url, now }: Dependencies): SubjectTokenKind {
  return {
    types: ['urn:lapse:token-type:aws-identity'],
    async verify(token) {
      const proof = readProof(token);
      const endpoint = Object.hasOwn(aws.endpoints, proof.region) ? aws.endpoints[proof.region] : undefined;
      if (endpoint === undefined) throw refused('no endpoint for this region');
      const signedAt = timeOf(proof.date);
      const age = (now().getTime() - signedAt) / 1000;
      if (!(age >= -SKEW_SECONDS && age <= MAX_AGE_SECONDS)) throw refused('not fresh');
      const caller = await ask(new URL(endpoint), proof);
      const rule = aws.rules.find(
        (candidate) => candidate.account === caller.account && matchesSegmentGlob(candidate.identity, caller.identity),
      );
      if (rule === undefined) throw refused('no rule accepts it', { account: caller.account });
      const until = new Date(signedAt + (MAX_AGE_SECONDS + SKEW_SECONDS) * 1000);
      return {
        trustRule: rule.id,
        headers: {},
        requester: {
          kind: 'workload',
          issuer: `${caller.partition}:${caller.account}`,
          subject: caller.arn,
          ...(rule.principal === undefined ? {} : { principal: rule.principal }),
          owners: rule.owners,
          claims: {
            account: caller.account,
            user_id: caller.userId,
            ...(caller.session === undefined ? {} : { session: caller.session }),
          },
        },
        consume: async () => {
          const value = hash('sha256', `${proof.access_key_id} ${proof.date} ${proof.signature}`, 'base64url');
          if (!(await issuer.useOnce('aws-identity', value, until))) throw refused('used before', { rule: rule.id });
        },
      };
    },
  };

  async function ask(endpoint: URL, proof: Proof): Promise<AwsCaller> {
    const request = { method: 'POST', headers: signedHeaders(endpoint, proof), body: BODY } as const;
    const body = await fetchPinned(endpoint, aws, AbortSignal.timeout(TIMEOUT), request).catch((cause: unknown) => {
      // What the endpoint refuses is the caller's business; what it cannot answer now is nobody's fault.
      if (cause instanceof Error && /^status 4\d\d$/.test(cause.message))
        throw refused('the endpoint did not confirm it', { host: endpoint.host }, cause);
      throw new AppError('ERR_KEYS_UNREACHABLE', 'the identity cannot be checked now', {
        details: { host: endpoint.host },
        cause,
      });
    });
    const caller = parseCallerIdentity(body.toString('utf8'));
    if (caller === undefined) throw refused('an answer that is none', { host: endpoint.host });
    return caller;
  }

  function signedHeaders(endpoint: URL, proof: Proof): Readonly<Record<string, string>> {
    const signed: Readonly<Record<string, string>> = {
      'content-type': CONTENT_TYPE,
      host: endpoint.host,
      'x-amz-date': proof.date,
      ...(proof.security_token === undefined ? {} : { 'x-amz-security-token': proof.security_token }),
      'x-lapse-audience': url,
    };
    const scope = `${proof.date.slice(0, 8)}/${proof.region}/sts/aws4_request`;
    const names = Object.keys(signed).join(';');
    const authorization = `AWS4-HMAC-SHA256 Credential=${proof.access_key_id}/${scope}, SignedHeaders=${names}, Signature=${proof.signature}`;
    return { ...signed, authorization, accept: 'text/xml' };
  }
}

function readProof(token: string): Proof {
  if (token.length > MAX_LENGTH || !/^[A-Za-z0-9_-]+$/.test(token)) throw refused('no proof');
  const json = parseStrictJson(Buffer.from(token, 'base64url').toString('utf8'), {
    maxLength: MAX_LENGTH,
    maxDepth: 1,
  });
  const proof = proofSchema.safeParse('problem' in json ? undefined : json.value);
  if (!proof.success) throw refused('no proof');
  return proof.data;
}

/** Of the basic form of ISO 8601 that signatures use; NaN where it is no date. */
function timeOf(date: string): number {
  return Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}
