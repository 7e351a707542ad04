import { bundleFault } from './bundle-fault.ts';

/** Files of a bundle by their path below its root. Paths are those of `bundlePath`. */
export type BundleFiles = ReadonlyMap<string, Buffer>;

export interface BundleLimits {
  /** Bytes of all files together, unpacked. */
  readonly maxSize: number;
}

/** Far more than any policy has. */
const MOST_FILES = 10_000;
const LONGEST_PATH = 1_000;

/** Collects the files of a bundle, within its limits, each path once. */
export class BundleFilesDraft {
  readonly #files = new Map<string, Buffer>();
  readonly #limits: BundleLimits;
  #left: number;

  constructor(limits: BundleLimits) {
    this.#limits = limits;
    this.#left = limits.maxSize;
  }

  /**
   * Before a file is read.
   *
   * @throws AppError ERR_POLICY_BUNDLE
   */
  expect(path: string, size: number): void {
    if (this.#files.has(path)) throw bundleFault(`${path}: is there twice`, 'which of them counts would be a guess');
    if (this.#files.size >= MOST_FILES) throw bundleFault(`holds more than ${MOST_FILES} files`);
    this.#left -= size;
    if (this.#left < 0) throw tooLarge(this.#limits);
  }

  add(path: string, content: Buffer): void {
    this.#files.set(path, content);
  }

  get files(): BundleFiles {
    return this.#files;
  }
}

export function tooLarge({ maxSize }: BundleLimits): Error {
  return bundleFault(`unpacks to more than ${maxSize} bytes`, 'max_size of the bundle in lapse.yaml is the limit');
}

/**
 * The path of a file of a bundle, empty for its root. OPA writes paths with a slash in front (`/data.json`) and means the root of the bundle by it, which
 * is what they are taken for; a path that could mean anything else is refused, though nothing is ever written where it says.
 *
 * @throws AppError ERR_POLICY_BUNDLE
 */
export function bundlePath(name: Uint8Array): string {
  const text = decode(name);
  const path = text.replace(/^(?:\.\/|\/)/, '').replace(/\/$/, '');
  if (path === '' || path === '.') return '';
  const parts = path.split('/');
  const unsafe =
    path.length > LONGEST_PATH ||
    /[\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(path) ||
    /^[A-Za-z]:/.test(path) ||
    ['', '.', '..'].some((part) => parts.includes(part));
  if (!unsafe) return path;
  const shown = JSON.stringify(text.slice(0, LONGEST_PATH));
  throw bundleFault(`${shown}: a path that leads out of the bundle, or may do so`);
}

function decode(name: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(name);
  } catch (cause) {
    throw bundleFault('holds a file whose name is no UTF-8', undefined, cause);
  }
}
