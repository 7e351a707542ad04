import { AppError } from '../../errors.ts';
import type { Form } from '../form.ts';
import { findTarget, type HttpTarget } from '../target.ts';

/**
 * The one target that a token request is for, by `audience`, `resource` (RFC 8693 §2.1) and the `locations` of its detail: whatever
 * is given must name the same one.
 *
 * @throws {AppError} ERR_TARGET_UNKNOWN (`invalid_target`) for an unknown name, none, several, or a `resource` that is no absolute URI.
 */
export function resolveTarget(form: Form, locations: readonly string[], targets: readonly HttpTarget[]): HttpTarget {
  for (const resource of form.all('resource')) {
    if (!URL.canParse(resource) || resource.includes('#'))
      throw invalid('resource must be an absolute URI without fragment');
  }
  const names = [...form.all('audience'), ...form.all('resource'), ...locations];
  const found = new Set<HttpTarget>();
  for (const name of names) {
    const target = findTarget(targets, name);
    if (target === undefined) throw invalid('unknown target');
    found.add(target);
  }
  const [target] = found;
  if (target === undefined) throw invalid('name a target with audience, resource or locations');
  if (found.size > 1) throw invalid('one target per request');
  return target;
}

function invalid(message: string): AppError {
  return new AppError('ERR_TARGET_UNKNOWN', message);
}
