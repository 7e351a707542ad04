import { globOf, intersects, templateOf } from './glob.ts';
import { FREE, isWild, narrower, type Pin } from './pin.ts';

/**
 * How far a pattern over a GitHub subject fixes its origin, or `dead` when no subject has that form.
 *
 * A subject is a row of `claim:value` pairs, by default `repo:OWNER/NAME` and a context (`ref:…`, `environment:…`,
 * `pull_request`), or whatever claims the organization chose; a colon inside a value is sent as `%3A`. So a literal
 * pair between colons can be met by that very claim only, whatever wildcards stand elsewhere (GitHub's OpenID Connect
 * reference: subject claims, customizing them, immutable subjects).
 */
export function githubPin(pattern: string): Pin | 'dead' {
  const segments = pattern.split(':');
  const first = segments[0] ?? '';
  if (segments.length === 1) return isWild(first) ? (/^\*+$/.test(first) ? FREE : { ...FREE, owner: 'glob' }) : 'dead';
  let pin: Pin = isWild(first) && !/^\*+$/.test(first) ? { ...FREE, owner: 'glob' } : FREE;
  for (const [index, claim] of segments.entries()) {
    const value = segments[index + 1];
    if (value === undefined) break;
    const found = claimPin(claim, value, segments.length > index + 2);
    if (found === 'dead') return 'dead';
    pin = narrower(pin, found);
  }
  return pin;
}

/**
 * How far one claim of GitHub's token fixes its origin. Claims that anybody can have the same in a repository of their
 * own (`environment`, `workflow`, `actor`) fix no owner.
 *
 * @param followed whether more of the subject follows after the value; without, a `*` at the end reaches to its end.
 */
export function claimPin(claim: string, value: string, followed = true): Pin | 'dead' {
  const fixed = !isWild(value);
  switch (claim) {
    case 'repo':
    case 'repository':
      return repositoryPin(value, followed);
    case 'repository_owner':
      return { ...FREE, owner: fixed ? 'name' : 'glob' };
    case 'repository_owner_id':
    case 'enterprise':
    case 'enterprise_id':
      return { ...FREE, owner: fixed ? 'id' : 'free' };
    case 'repository_id':
      return fixed ? { ...FREE, owner: 'id', repository: 'id' } : FREE;
    case 'ref':
      if (!intersects(globOf(value), templateOf('refs/', ''))) return 'dead';
      return { ...FREE, context: fixed ? 'exact' : 'free' };
    case 'environment':
    case 'job_workflow_ref':
      return { ...FREE, context: fixed ? 'exact' : 'free' };
    default:
      return FREE;
  }
}

/** `OWNER/NAME` or `OWNER@ID/NAME@ID`; the two never mix, since `@` can be in neither name. */
function repositoryPin(value: string, followed: boolean): Pin | 'dead' {
  const slash = value.indexOf('/');
  const owner = parts(slash < 0 ? value : value.slice(0, slash));
  if (isWild(owner.name)) return { ...FREE, owner: 'glob' };
  const ownerPin: Pin = { ...FREE, owner: owner.id === undefined || isWild(owner.id) ? 'name' : 'id' };
  if (slash < 0) return isWild(value) ? ownerPin : 'dead';
  const repository = parts(value.slice(slash + 1));
  if (isWild(repository.name)) return ownerPin;
  if ((owner.id === undefined) !== (repository.id === undefined)) return 'dead';
  // A `*` for the owner's id that nothing behind the repository stops could run on into a branch name.
  if (owner.id?.includes('*') && !followed && isWild(repository.id ?? '')) return ownerPin;
  return { ...ownerPin, repository: repository.id === undefined || isWild(repository.id) ? 'name' : 'id' };
}

function parts(text: string): { name: string; id: string | undefined } {
  const at = text.indexOf('@');
  return at < 0 ? { name: text, id: undefined } : { name: text.slice(0, at), id: text.slice(at + 1) };
}
