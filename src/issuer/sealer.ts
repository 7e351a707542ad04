import { createCipheriv, createDecipheriv, createHash, type KeyObject, randomBytes } from 'node:crypto';
import { AppError } from '../errors.ts';

const FORM = /^lapse-sealed-1\.([0-9a-f]{16})\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/;
const NONCE_BYTES = 12;

/**
 * Seals texts that are kept where others may read them: AES-256-GCM with a fresh nonce, bound to the name under which the text is kept, so
 * that one cannot be put in another's place. `lapse-sealed-1.<key id>.<nonce>.<text>.<tag>`.
 */
export class Sealer {
  readonly #current: KeyObject;
  readonly #keys: ReadonlyMap<string, KeyObject>;

  /** @param former - keys that may still have sealed something; nothing new is sealed with them. */
  constructor(current: KeyObject, former: readonly KeyObject[] = []) {
    this.#current = current;
    this.#keys = new Map([...former, current].map((key) => [keyId(key), key]));
  }

  seal(name: string, text: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#current, nonce).setAAD(Buffer.from(name));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    const parts = [nonce, sealed, cipher.getAuthTag()].map((bytes) => bytes.toString('base64url'));
    return ['lapse-sealed-1', keyId(this.#current), ...parts].join('.');
  }

  /** @throws {AppError} ERR_STORE_KEY when it was sealed with another key, under another name, or was changed. */
  open(name: string, sealed: string): string {
    const [, id = '', ...encoded] = FORM.exec(sealed) ?? [];
    const key = this.#keys.get(id);
    if (key === undefined)
      throw new AppError('ERR_STORE_KEY', `${name}: sealed with a key that issuer.encryption_key does not have`, {
        hint: 'name the former key under issuer.former_encryption_keys',
      });
    const [nonce, text, tag] = encoded.map((part) => Buffer.from(part, 'base64url'));
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, nonce ?? Buffer.alloc(0), { authTagLength: 16 });
      decipher.setAAD(Buffer.from(name)).setAuthTag(tag ?? Buffer.alloc(0));
      return Buffer.concat([decipher.update(text ?? Buffer.alloc(0)), decipher.final()]).toString('utf8');
    } catch {
      throw new AppError('ERR_STORE_KEY', `${name}: was changed since it was sealed`);
    }
  }

  /** Whether it was sealed with the current key. */
  isCurrent(sealed: string): boolean {
    return FORM.exec(sealed)?.[1] === keyId(this.#current);
  }

  static isSealed(text: string): boolean {
    return FORM.test(text);
  }
}

function keyId(key: KeyObject): string {
  return createHash('sha256').update('lapse sealing key').update(key.export()).digest('hex').slice(0, 16);
}
