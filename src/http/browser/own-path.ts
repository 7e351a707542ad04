/**
 * Where to go after signing in: a page of ours, and only that. Everything else (other hosts in any disguise, other paths) is undefined.
 *
 * @param url - the issuer's public URL.
 */
export function ownPath(text: string | undefined, url: string): string | undefined {
  // Browsers read "\" as "/" and drop tabs and line ends: no such character, then a parser's word for the host.
  if (text === undefined || text.length > 512 || !/^\/(?!\/)[\x21-\x5b\x5d-\x7e]*$/.test(text)) return undefined;
  const { origin, pathname: base } = new URL(url);
  if (!URL.canParse(text, origin)) return undefined;
  const target = new URL(text, origin);
  if (target.origin !== origin) return undefined;
  const places = ['/console', '/device'].map((place) => base.replace(/\/$/, '') + place);
  if (!places.some((place) => target.pathname === place || target.pathname.startsWith(`${place}/`))) return undefined;
  return target.pathname + target.search;
}
