import { nameKind } from '../assigned-name.ts';
import { entropy } from '../entropy.ts';
import { isWords } from '../generic.ts';
import { isPlaceholder } from '../placeholder.ts';

/**
 * Whether a value is a secret where it is given to a name in a place that is made for secrets too, such as a Kubernetes
 * Secret: the name says so, or the value is random.
 */
export function isNamedSecret(name: string, value: string): boolean {
  if (value.length < 4 || /[^\x20-\x7e]/.test(value) || isPlaceholder(value)) return false;
  const kind = nameKind(name);
  // A token in words is a sample.
  if (kind === 'token' && isWords(value)) return false;
  return kind !== undefined || isRandom(value);
}

/** Whether a value was drawn and not written. */
export function isRandom(value: string): boolean {
  return (
    value.length >= 16 &&
    /^[\w+/=.~-]+$/.test(value) &&
    /[0-9]/.test(value) &&
    /[A-Za-z]/.test(value) &&
    entropy(value) >= 3.5
  );
}
