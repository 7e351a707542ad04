import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const NONCE = 12;
const TAG = 16;

/** What a browser carries for us and can neither read nor change: text, sealed for one purpose and a time (AES-256-GCM). */
export class Seal {
  readonly #key: Buffer;

  /** @param storeKey - the daemons' shared secret; a key of its own is derived from it (RFC 5869). */
  constructor(storeKey: Uint8Array) {
    this.#key = Buffer.from(hkdfSync('sha256', storeKey, new Uint8Array(), 'lapse browser seal', 32));
  }

  seal(purpose: string, text: string, until: Date): string {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv(CIPHER, this.#key, nonce).setAAD(Buffer.from(purpose));
    const sealed = Buffer.concat([cipher.update(JSON.stringify([until.getTime(), text]), 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
  }

  /** The text; undefined for everything that was not sealed here for this purpose, and for what is too old. */
  open(purpose: string, sealed: string, now: Date): string | undefined {
    const bytes = Buffer.from(sealed, 'base64url');
    if (bytes.length <= NONCE + TAG) return undefined;
    const decipher = createDecipheriv(CIPHER, this.#key, bytes.subarray(0, NONCE), { authTagLength: TAG })
      .setAAD(Buffer.from(purpose))
      .setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
    let content: readonly [number, string];
    try {
      const plain = Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]);
      content = JSON.parse(plain.toString('utf8'));
    } catch {
      return undefined;
    }
    const [until, text] = content;
    return until > now.getTime() ? text : undefined;
  }
}
