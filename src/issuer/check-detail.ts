import { AppError } from '../errors.ts';
import type { AccessDetail } from '../model/access-request.ts';
import type { IssuerParts, Target } from './parts.ts';
import { MOST_AHEAD_MS } from './request-times.ts';

/**
 * Whether what is asked for can be understood and could be granted at all, whoever asks.
 *
 * @throws {AppError} ERR_TARGET_UNKNOWN, ERR_AUTHORIZATION_DETAILS
 */
export function checkedTarget(parts: Pick<IssuerParts, 'targets'>, detail: AccessDetail): Target {
  const target = parts.targets.get(detail.target);
  if (target === undefined || target.retired === true)
    throw new AppError('ERR_TARGET_UNKNOWN', `no target "${detail.target}"`);
  if (detail.type !== target.broker.detailType)
    throw invalid(`target "${detail.target}" serves no details of type "${detail.type}"`);
  if (!Number.isFinite(detail.duration) || detail.duration <= 0)
    throw invalid('the duration must be a positive number of seconds');
  if (detail.break_glass === true && (detail.not_before !== undefined || detail.extends !== undefined))
    throw invalid('emergency access begins now, and is not renewed');
  if ((detail.principal !== undefined) !== (target.broker.capabilities.elevates === true))
    throw invalid(
      detail.principal === undefined
        ? 'authorization_details: an elevation needs the principal that gets it'
        : 'authorization_details: the target elevates nobody, so no principal can be named',
    );
  const refusal = target.broker.refuses(detail);
  if (refusal !== undefined) throw invalid(refusal);
  return target;
}

/** @throws {AppError} ERR_AUTHORIZATION_DETAILS for a start that is over already, or too far ahead. */
export function checkStart({ not_before: start, duration }: AccessDetail, now: Date): void {
  if (start === undefined) return;
  const at = Date.parse(start);
  if (Number.isNaN(at)) throw invalid('not_before is no date');
  if (at + duration * 1000 <= now.getTime()) throw invalid('the time that is asked for is over already');
  if (at > now.getTime() + MOST_AHEAD_MS)
    throw invalid(`not_before is more than ${MOST_AHEAD_MS / 86_400_000} days ahead`);
}

function invalid(message: string): AppError {
  return new AppError('ERR_AUTHORIZATION_DETAILS', message);
}
