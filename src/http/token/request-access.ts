import { AppError } from '../../errors.ts';
import type { AccessDetail } from '../../model/access-request.ts';
import type { HttpContext } from '../options.ts';
import { findTarget, type HttpTarget, usualResources } from '../target.ts';
import { parseAuthorizationDetails, type RequestedDetail } from './authorization-details.ts';
import { CREDENTIAL_KINDS } from './credential-kinds.ts';
import type { TokenAnswer, TokenCall } from './grant.ts';
import { outcomeAnswer } from './outcome-answer.ts';
import { resolveTarget } from './resolve-target.ts';
import type { TokenCaller } from './token-caller.ts';

/** A detail, or what a scope says in its place. */
type AskedDetail = Omit<RequestedDetail, 'type'> & { readonly type?: string };

const DEFAULT_SECONDS = 900;
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,128}$/;

/**
 * What all grants that ask for access have in common. What is wrong with the request is told before the caller is looked at only where it tells
 * nothing about us; what is good for one use is used up last.
 *
 * @param identify - checks who asks; it hears the id of the target that is asked for, which is empty when there is none.
 */
export async function requestAccess(
  call: TokenCall,
  context: HttpContext,
  identify: (target: string) => Promise<TokenCaller>,
): Promise<TokenAnswer> {
  const { form } = call;
  const names = [...form.all('audience'), ...form.all('resource')];
  const caller = await identify(namedTarget(names, context));
  const asked = requestedDetail(call);
  if (asked.extends !== undefined) return await extendLease(asked, asked.extends, names, caller, call, context);
  const detail = checkedDetail(asked, call, context);
  await caller.consume();
  const key = form.optional('idempotency_key');
  if (key !== undefined && !IDEMPOTENCY_KEY.test(key))
    throw new AppError('ERR_HTTP_MALFORMED', 'idempotency_key must be 1 to 128 visible ASCII characters');
  const outcome = await context.issuer.request(caller.requester, detail, {
    ...call.call,
    ...(key === undefined ? {} : { idempotencyKey: key }),
  });
  return outcomeAnswer(outcome, caller.headers, context);
}

/**
 * The same for a request that is answered later: who asks, and for what.
 *
 * @throws {AppError} ERR_AUTHORIZATION_DETAILS for what only the token endpoint gives.
 */
export async function readAccessRequest(
  call: TokenCall,
  context: HttpContext,
  identify: (target: string) => Promise<TokenCaller>,
): Promise<{ readonly caller: TokenCaller; readonly detail: AccessDetail }> {
  const { form } = call;
  const caller = await identify(namedTarget([...form.all('audience'), ...form.all('resource')], context));
  const asked = requestedDetail(call);
  // Neither waits for anybody: the one is for now, the other for a lease that runs.
  if (asked.extends !== undefined || asked.break_glass !== undefined)
    throw new AppError(
      'ERR_AUTHORIZATION_DETAILS',
      'authorization_details: extends and break_glass go to the token endpoint',
    );
  const detail = checkedDetail(asked, call, context);
  await caller.consume();
  return { caller, detail };
}

function namedTarget(names: readonly string[], { targets }: HttpContext): string {
  return names.map((name) => findTarget(targets, name)).find((target) => target !== undefined)?.id ?? '';
}

function checkedDetail(asked: AskedDetail, call: TokenCall, context: HttpContext): AccessDetail {
  const target = resolveTarget(call.form, asked.locations ?? [], context.targets);
  checkRequestedType(call, target);
  return toDetail(asked, target);
}

/** More time for a lease that its holder names; what it is for, it says itself. */
async function extendLease(
  asked: AskedDetail,
  leaseId: string,
  names: readonly string[],
  caller: TokenCaller,
  { form, call }: TokenCall,
  context: HttpContext,
): Promise<TokenAnswer> {
  const lease = await context.issuer.lease(leaseId);
  if (names.length > 0 && resolveTarget(form, [], context.targets).id !== lease?.target)
    throw new AppError('ERR_TARGET_UNKNOWN', 'the lease is at another target');
  await caller.consume();
  const { duration = DEFAULT_SECONDS, reason, ticket } = asked;
  const extension = {
    seconds: duration,
    ...(reason === undefined ? {} : { reason }),
    ...(ticket === undefined ? {} : { ticket }),
  };
  return outcomeAnswer(
    await context.issuer.extend(leaseId, caller.requester, extension, call),
    caller.headers,
    context,
  );
}

/** `scope` is the short form for clients that cannot send details: its words are the actions. */
function requestedDetail({ form }: TokenCall): AskedDetail {
  const details = form.optional('authorization_details');
  const scope = form.optional('scope');
  if (details !== undefined) {
    if (scope !== undefined)
      throw new AppError('ERR_SCOPE_INVALID', 'scope and authorization_details exclude each other');
    return parseAuthorizationDetails(details);
  }
  if (scope === undefined)
    throw new AppError('ERR_AUTHORIZATION_DETAILS', 'authorization_details: missing, and no scope either');
  const actions = scope.split(' ').filter((word) => word !== '');
  // RFC 6749 §3.3.
  if (
    actions.length === 0 ||
    actions.length > 32 ||
    !actions.every((word) => /^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/.test(word))
  )
    throw new AppError('ERR_SCOPE_INVALID', 'scope is not a list of words');
  return { actions };
}

function toDetail(asked: AskedDetail, target: HttpTarget): AccessDetail {
  if (asked.type !== undefined && asked.type !== target.detailType)
    throw new AppError('ERR_AUTHORIZATION_DETAILS', 'authorization_details: the target serves no such type');
  const duration = asked.duration ?? Math.min(DEFAULT_SECONDS, target.maxSeconds);
  return {
    type: target.detailType,
    target: target.id,
    actions: asked.actions,
    resources: asked.datatypes ?? usualResources(target, asked.actions),
    ...(asked.principal === undefined ? {} : { principal: asked.principal }),
    duration,
    ...(asked.source_cidrs === undefined ? {} : { source_cidrs: asked.source_cidrs }),
    ...(asked.reason === undefined ? {} : { reason: asked.reason }),
    ...(asked.ticket === undefined ? {} : { ticket: asked.ticket }),
    ...(asked.not_before === undefined ? {} : { not_before: new Date(asked.not_before).toISOString() }),
    ...(asked.break_glass === undefined ? {} : { break_glass: asked.break_glass }),
  };
}

function checkRequestedType({ form }: TokenCall, target: HttpTarget): void {
  const type = form.optional('requested_token_type');
  if (type === undefined || CREDENTIAL_KINDS[target.detailType]?.requested.includes(type)) return;
  throw new AppError('ERR_HTTP_MALFORMED', 'requested_token_type is not supported for this target');
}
