import { extname } from 'node:path';

/**
 * URL of a worker's entry beside the module that starts it: `.ts` from source, `.js` once built.
 *
 * @example
 * new Worker(workerUrl('./compiler-worker', import.meta.url));
 */
export function workerUrl(path: string, from: string): URL {
  return new URL(`${path}${extname(from)}`, from);
}
