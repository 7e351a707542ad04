import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

const PERIOD = 3 * 60_000;

/**
 * Nonces of DPoP proofs (RFC 9449 §8), for issuers that want proofs that cannot have been made in advance. A nonce says its period and is sealed
 * with a key that all daemons of a store share, so nothing is kept; it is good for its own period and the next.
 */
export class DpopNonces {
  readonly #key: Buffer;

  /** @param storeKey - the daemons' shared secret; a key of its own is derived from it (RFC 5869). */
  constructor(storeKey: Uint8Array) {
    this.#key = Buffer.from(hkdfSync('sha256', storeKey, new Uint8Array(), 'lapse dpop nonce', 32));
  }

  current(now: Date): string {
    return this.#seal(Math.floor(now.getTime() / PERIOD));
  }

  accepts(nonce: string, now: Date): boolean {
    const period = Math.floor(now.getTime() / PERIOD);
    return [period, period - 1].some((one) => sameText(nonce, this.#seal(one)));
  }

  #seal(period: number): string {
    return createHmac('sha256', this.#key).update(String(period)).digest('base64url');
  }
}

function sameText(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
