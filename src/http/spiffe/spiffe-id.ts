/** SPIFFE-ID §2: a trust domain in lower case, and a path of plain segments. */
const FORM = /^spiffe:\/\/([a-z0-9._-]{1,255})((?:\/[A-Za-z0-9._-]+)+)$/;
const MAX_LENGTH = 2048;

export interface SpiffeId {
  readonly trustDomain: string;
  /** With its leading slash. */
  readonly path: string;
}

/** @returns undefined for what is no SPIFFE ID of a workload: one of a trust domain alone names nobody. */
export function parseSpiffeId(text: string): SpiffeId | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const [, trustDomain, path] = FORM.exec(text) ?? [];
  if (trustDomain === undefined || path === undefined) return undefined;
  return path.split('/').some((segment) => segment === '.' || segment === '..') ? undefined : { trustDomain, path };
}
