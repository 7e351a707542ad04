import { getMember } from '../evaluation/compare-values.ts';
import { RegoObject } from '../evaluation/value.ts';
import { type Builtin, LeftToOpa } from './builtin.ts';
import { stringAt } from './operands.ts';
import { parseJson } from './parse-json.ts';

/**
 * `io.jwt.decode`: header, payload and signature in hex of a token in compact form, nothing of it verified. Nested and
 * encrypted tokens, and malformed ones, are OPA's.
 */
export const jwtDecode: Builtin = (operands) => {
  const [header, payload, signature, ...rest] = stringAt(operands, 0).split('.');
  if (header === undefined || payload === undefined || signature === undefined || rest.length > 0)
    throw new LeftToOpa('no compact token');
  const decodedHeader = decodeObject(header);
  if (getMember(decodedHeader, 'cty') !== undefined || getMember(decodedHeader, 'enc') !== undefined)
    throw new LeftToOpa('nested or encrypted');
  return [decodedHeader, decodeObject(payload), decodeBase64Url(signature).toString('hex')];
};

function decodeObject(part: string): RegoObject {
  const text = decodeBase64Url(part).toString('utf8');
  if (text.includes('\u{fffd}')) throw new LeftToOpa('not UTF-8');
  const value = parseJson(text);
  if (!(value instanceof RegoObject)) throw new LeftToOpa('no object');
  return value;
}

function decodeBase64Url(text: string): Buffer {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) throw new LeftToOpa('not base64url');
  return Buffer.from(text, 'base64url');
}
