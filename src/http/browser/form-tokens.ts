import { createHash, randomBytes } from 'node:crypto';
import { AppError } from '../../errors.ts';
import type { Issuer } from '../../issuer/issuer.ts';
import type { Seal } from './seal.ts';

const LIFE = 3_600_000;
const PURPOSE = 'form';

interface Dependencies {
  readonly seal: Seal;
  readonly issuer: Pick<Issuer, 'useOnce'>;
  now(): Date;
}

/**
 * The proof that a form of ours was sent by whom it was shown to, for the one thing that it was shown for, once. An action names
 * everything that the person saw and agreed to, such as the hash of a request: when that changed, the proof is good for nothing.
 */
export class FormTokens {
  readonly #deps: Dependencies;

  constructor(deps: Dependencies) {
    this.#deps = deps;
  }

  /** @param holder - what only this browser has: its session. */
  issue(holder: string, action: string): string {
    const { seal, now } = this.#deps;
    const text = `${randomBytes(16).toString('base64url')} ${binding(holder, action)}`;
    return seal.seal(PURPOSE, text, new Date(now().getTime() + LIFE));
  }

  /** @throws {AppError} ERR_FORM_REFUSED for a proof that is missing, for something else, too old, or was used before. */
  async use(token: string | undefined, holder: string, action: string): Promise<void> {
    const { seal, issuer, now } = this.#deps;
    const at = now();
    const [nonce, bound] = (token === undefined ? '' : (seal.open(PURPOSE, token, at) ?? '')).split(' ');
    if (nonce === undefined || bound !== binding(holder, action)) throw refused('not for this');
    if (!(await issuer.useOnce('urn:lapse:form', nonce, new Date(at.getTime() + LIFE)))) throw refused('used before');
  }
}

function binding(holder: string, action: string): string {
  return createHash('sha256')
    .update(JSON.stringify([holder, action]))
    .digest('base64url');
}

function refused(reason: string): AppError {
  return new AppError('ERR_FORM_REFUSED', 'this page is out of date', {
    hint: 'nothing was changed: go back, load the page anew and look again',
    details: { reason },
  });
}
