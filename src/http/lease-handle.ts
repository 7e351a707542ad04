import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

const FORM = /^(lse_[A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]{43})$/;

/**
 * What the holder of a credential that is no token proves possession of its lease with: `<lease id>.<HMAC>`. A lease id alone stands in logs
 * and in names at targets, so it proves nothing; and nothing but the id needs to be stored.
 */
export class LeaseHandles {
  readonly #key: Buffer;

  /** @param storeKey - the daemons' shared secret; a key of its own is derived from it (RFC 5869). */
  constructor(storeKey: Uint8Array) {
    this.#key = Buffer.from(hkdfSync('sha256', storeKey, new Uint8Array(), 'lapse lease handle', 32));
  }

  seal(leaseId: string): string {
    return `${leaseId}.${this.#mac(leaseId)}`;
  }

  /** The lease id in a handle that we made; undefined for everything else. */
  open(handle: string): string | undefined {
    const [, leaseId, mac] = FORM.exec(handle) ?? [];
    if (leaseId === undefined || mac === undefined) return undefined;
    return timingSafeEqual(Buffer.from(mac), Buffer.from(this.#mac(leaseId))) ? leaseId : undefined;
  }

  #mac(leaseId: string): string {
    return createHmac('sha256', this.#key).update(leaseId).digest('base64url');
  }
}
