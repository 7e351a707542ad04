import { AppError } from '../../errors.ts';
import type { RequestOutcome } from '../../issuer/issuer.ts';
import type { HttpContext } from '../options.ts';
import { toAuthorizationDetails } from './authorization-details.ts';
import { CREDENTIAL_KINDS, tokenTypeOf } from './credential-kinds.ts';
import type { TokenAnswer } from './grant.ts';
import { POLL_INTERVAL_SECONDS } from './poll-pace.ts';

/**
 * What a client hears of its request. This is the one place where a minted secret becomes text.
 *
 * @throws {AppError} ERR_ACCESS_PENDING, ERR_ACCESS_DENIED, ERR_ACCESS_EXPIRED.
 */
export function outcomeAnswer(
  outcome: RequestOutcome,
  headers: Readonly<Record<string, string>>,
  context: HttpContext,
): TokenAnswer {
  context.metrics.decisions.inc({ outcome: outcome.kind, target: outcome.request.detail.target });
  if (outcome.kind === 'pending') throw pending(outcome, context.now());
  if (outcome.kind === 'denied') throw denied(outcome);
  const { lease, credential, detail, request } = outcome;
  const kind = CREDENTIAL_KINDS[detail.type];
  if (kind === undefined) throw new AppError('ERR_INTERNAL', `no answer is known for details of type ${detail.type}`);
  const token = kind.tokenMember === undefined ? undefined : credential.secret[kind.tokenMember];
  const secrets = Object.entries(credential.secret).filter(([name]) => name !== kind.tokenMember);
  return {
    headers,
    body: {
      access_token: token?.reveal() ?? context.handles.seal(lease.id),
      issued_token_type: kind.issued,
      token_type: tokenTypeOf(kind, request.requester.cnf),
      expires_in: Math.max(0, Math.floor((Date.parse(lease.expiresAt) - context.now().getTime()) / 1000)),
      authorization_details: toAuthorizationDetails(detail),
      lease_id: lease.id,
      credential: {
        ...credential.plain,
        ...Object.fromEntries(secrets.map(([name, value]) => [name, value.reveal()])),
      },
    },
  };
}

function pending({ request, expiresAt }: Extract<RequestOutcome, { kind: 'pending' }>, now: Date): AppError {
  return new AppError('ERR_ACCESS_PENDING', 'a human must approve this request', {
    details: {
      answer: {
        auth_req_id: request.id,
        interval: POLL_INTERVAL_SECONDS,
        expires_in: Math.max(0, Math.floor((expiresAt.getTime() - now.getTime()) / 1000)),
      },
    },
  });
}

function denied({ request, reasons }: Extract<RequestOutcome, { kind: 'denied' }>): AppError {
  if (request.state === 'expired') return new AppError('ERR_ACCESS_EXPIRED', 'nobody answered in time');
  return new AppError('ERR_ACCESS_DENIED', `denied: ${reasons.join(' ')}`, { details: { answer: { reasons } } });
}
