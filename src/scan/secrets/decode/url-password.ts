import type { Decoded, DecodeInput } from '../decoder.ts';
import { isPlaceholder } from '../placeholder.ts';

const FORM =
  /^([a-z][a-z0-9+.-]*):\/\/([^\s:@/]*):([^\s@/]+)@(\[[0-9a-f:.]+\]|[^\s/:?#'"`,;)<>\]}]+)(?::(\d+))?(?:\/([A-Za-z0-9_.$-]*))?/i;

/** Parts of an address that stand for another value, in the templates of many tools. */
const REFERENCE = /^[$%<[(]|[{}]|%\(|^\*+$|^x+$/i;

/** A password in an address (RFC 3986, section 3.2.1): `scheme://user:password@host`. */
export function decodeUrlPassword({ text, start, end, value }: DecodeInput): Decoded | undefined {
  // The match is the password: the address around it is read from the text.
  const from = Math.max(0, start - 200);
  const before = /[a-z][a-z0-9+.-]{0,30}:\/\/[^\s:@/]{0,150}:$/i.exec(text.slice(from, start));
  if (before === null) return undefined;
  const address = FORM.exec(text.slice(from + before.index, end + 300));
  if (address === null) return undefined;
  const [, scheme = '', user = '', , host = '', port, path] = address;
  const password = percentDecoded(value);
  if (REFERENCE.test(value) || isPlaceholder(password) || REFERENCE.test(host.replace(/^\[[0-9a-f:.]+\]$/i, '')))
    return undefined;
  // Punctuation only: a format, an expression.
  if (password.replaceAll(/[^\p{L}\p{N}]/gu, '').length < 3) return undefined;
  return {
    canonical: password,
    facts: {
      scheme: scheme.toLowerCase(),
      host: host.toLowerCase(),
      ...(user === '' ? {} : { user: percentDecoded(user) }),
      ...(port === undefined ? {} : { port: Number(port) }),
      ...(path === undefined || path === '' ? {} : { database: path }),
    },
  };
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
