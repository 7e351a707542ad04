import { z } from 'zod';
import type { Decoded, DecodeInput } from '../decoder.ts';
import { isPlaceholder } from '../placeholder.ts';

/** What the older API keys of Grafana are, in base64: the key, its name and the organisation. */
const apiKey = z.object({ k: z.string().min(16), n: z.string(), id: z.number() });

/** An API key of Grafana before service accounts. */
export function decodeGrafanaApiKey({ value }: DecodeInput): Decoded | undefined {
  const parsed = apiKey.safeParse(parseJson(Buffer.from(value, 'base64').toString('utf8')));
  if (!parsed.success) return { confidence: 'generic' };
  if (isPlaceholder(parsed.data.k)) return undefined;
  return { facts: { name: parsed.data.n.slice(0, 200), organization: parsed.data.id } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
