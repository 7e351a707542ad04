import type { Decoded, DecodeInput } from '../decoder.ts';
import { isPlaceholder } from '../placeholder.ts';
import { encodedMembers } from './encoded-members.ts';

const SHORTEST_KEY = 16;

/** An API key of Grafana before service accounts: in base64 the key, its name and the organisation. */
export function decodeGrafanaApiKey({ value }: DecodeInput): Decoded | undefined {
  const { k: key, n: name, id: organization } = encodedMembers(value);
  if (
    typeof key !== 'string' ||
    key.length < SHORTEST_KEY ||
    typeof name !== 'string' ||
    typeof organization !== 'number'
  )
    return { confidence: 'generic' };
  if (isPlaceholder(key)) return undefined;
  return { facts: { name: name.slice(0, 200), organization } };
}
