import { AppError } from '../../errors.ts';
import type { RequestOutcome } from '../../issuer/issuer.ts';
import type { AccessRequest, Approval } from '../../model/access-request.ts';
import type { HttpContext } from '../options.ts';
import { toAuthorizationDetails } from './authorization-details.ts';
import { CREDENTIAL_KINDS, tokenTypeOf } from './credential-kinds.ts';
import type { TokenAnswer } from './grant.ts';
import { POLL_INTERVAL_SECONDS } from './poll-pace.ts';

const MOST_INTERVAL_SECONDS = 300;

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
  const { lease, detail, request } = outcome;
  // What was handed out for a lease that lasts longer now is with its holder already, and nowhere else.
  const credential = outcome.kind === 'granted' ? outcome.credential : { plain: {}, secret: {} };
  const kind = CREDENTIAL_KINDS[detail.type];
  if (kind === undefined) throw new AppError('ERR_INTERNAL', `no answer is known for details of type ${detail.type}`);
  const token = kind.tokenMember === undefined ? undefined : credential.secret[kind.tokenMember];
  const secrets = Object.entries(credential.secret).filter(([name]) => name !== kind.tokenMember);
  return {
    headers,
    body: {
      access_token: token?.reveal() ?? context.handles.seal(lease.id),
      issued_token_type: kind.issued,
      token_type: outcome.kind === 'granted' ? tokenTypeOf(kind, request.requester.cnf) : 'N_A',
      expires_in: Math.max(0, Math.floor((Date.parse(lease.expiresAt) - context.now().getTime()) / 1000)),
      authorization_details: toAuthorizationDetails(detail),
      lease_id: lease.id,
      ...decidedBy(outcome.request, 'approve', 'approved_by'),
      credential: {
        ...credential.plain,
        ...Object.fromEntries(secrets.map(([name, value]) => [name, value.reveal()])),
      },
    },
  };
}

function pending({ request, expiresAt }: Extract<RequestOutcome, { kind: 'pending' }>, now: Date): AppError {
  const text = request.state === 'pending' ? 'a human must approve this request' : 'its time has not come yet';
  return new AppError('ERR_ACCESS_PENDING', text, {
    details: {
      answer: {
        auth_req_id: request.id,
        interval: interval(request, now),
        expires_in: Math.max(0, Math.floor((expiresAt.getTime() - now.getTime()) / 1000)),
        ...(request.detail.not_before === undefined ? {} : { not_before: request.detail.not_before }),
        ...(request.state === 'pending' ? { waiting_for: request.decision?.approvals ?? [] } : {}),
      },
    },
  });
}

function denied({ request, reasons }: Extract<RequestOutcome, { kind: 'denied' }>): AppError {
  if (request.state === 'expired') return new AppError('ERR_ACCESS_EXPIRED', 'nobody answered in time');
  const answer = { reasons, ...decidedBy(request, 'reject', 'decided_by') };
  return new AppError('ERR_ACCESS_DENIED', `denied: ${reasons.join(' ')}`, { details: { answer } });
}

/** Before the time that was asked for there is nothing to hear. */
function interval({ state, detail }: AccessRequest, now: Date): number {
  if (state === 'pending' || detail.not_before === undefined) return POLL_INTERVAL_SECONDS;
  const left = Math.ceil((Date.parse(detail.not_before) - now.getTime()) / 1000);
  return Math.min(MOST_INTERVAL_SECONDS, Math.max(POLL_INTERVAL_SECONDS, left));
}

/** Who answered, and what was said to it, where people did. */
function decidedBy(
  { approvals }: AccessRequest,
  verdict: Approval['verdict'],
  member: 'approved_by' | 'decided_by',
): Readonly<Record<string, unknown>> {
  const answers = approvals.filter((approval) => approval.verdict === verdict);
  if (answers.length === 0) return {};
  const said = answers.flatMap(({ reason }) => reason ?? []);
  return {
    [member]: answers.map(({ approver }) => approver),
    ...(said.length === 0 ? {} : { decision_reasons: said }),
  };
}
