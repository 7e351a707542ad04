import { readFile, stat } from 'node:fs/promises';
import { AppError } from '../errors.ts';
import { fetchPinned, type Pinned } from './subject-token/fetch-pinned.ts';

/** Where a small document of keys or certificates is: in a file, or at a URL. */
export type DocumentPlace = { readonly file: string } | (Pinned & { readonly url: string });

export interface Parsed<T> {
  readonly value: T;
  /** Milliseconds until it is read again; a usual time when absent. */
  readonly refresh?: number;
}

const MAX_BYTES = 512 * 1024;
const FETCH_TIMEOUT = 5_000;
const USUAL_REFRESH = 5 * 60_000;
const FILE_REFRESH = 10_000;
/** What asks for keys that are not there makes us look again, but not more often than this. */
const COOLDOWN = 30_000;
const FILE_COOLDOWN = 500;
const FAILURE_COOLDOWN = 5_000;
/** A document that can no longer be had counts for this long after it should have been read again, and no longer. */
const STALE_LIMIT = 60 * 60_000;

/** A document that is read when it is needed and again when it is old. */
export interface FreshDocument<T> {
  /** @throws {AppError} ERR_KEYS_UNREACHABLE. */
  get(): Promise<T>;
  /** For whoever did not find in it what must be there; reads it again unless that was done just now. */
  getAgain(): Promise<T>;
}

/** @param parse - throws on what is no such document. */
export function freshDocument<T>(place: DocumentPlace, parse: (text: string) => Parsed<T>): FreshDocument<T> {
  let known: { readonly value: T; readonly readAt: number; readonly until: number } | undefined;
  let failedUntil = 0;
  let reading: Promise<T> | undefined;

  async function read(): Promise<T> {
    try {
      const { value, refresh } = parse((await load(place)).toString('utf8'));
      const readAt = Date.now();
      known = { value, readAt, until: readAt + (refresh ?? ('file' in place ? FILE_REFRESH : USUAL_REFRESH)) };
      return value;
    } catch (cause) {
      failedUntil = Date.now() + FAILURE_COOLDOWN;
      return stale(cause);
    } finally {
      reading = undefined;
    }
  }

  function stale(cause?: unknown): T {
    if (known !== undefined && Date.now() < known.until + STALE_LIMIT) return known.value;
    const where = 'file' in place ? place.file : new URL(place.url).host;
    throw new AppError('ERR_KEYS_UNREACHABLE', 'the keys that this is checked with cannot be read now', {
      details: { place: where, reason: cause instanceof Error ? cause.message : 'failed just now' },
      cause,
    });
  }

  async function fresh(old: boolean): Promise<T> {
    if (known !== undefined && !old) return known.value;
    if (reading !== undefined) return await reading;
    if (Date.now() < failedUntil) return stale();
    reading = read();
    return await reading;
  }

  return {
    get: () => fresh(known === undefined || Date.now() >= known.until),
    getAgain: () =>
      fresh(known === undefined || Date.now() >= known.readAt + ('file' in place ? FILE_COOLDOWN : COOLDOWN)),
  };
}

async function load(place: DocumentPlace): Promise<Buffer> {
  if ('url' in place) return await fetchPinned(new URL(place.url), place, AbortSignal.timeout(FETCH_TIMEOUT));
  if ((await stat(place.file)).size > MAX_BYTES) throw new RangeError('too large');
  return await readFile(place.file);
}
