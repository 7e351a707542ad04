import type { Decoded, DecodeInput } from '../decoder.ts';

/**
 * A key file of PuTTY, version 2 or 3. The public half stands in front of the private one.
 *
 * https://the.earth.li/~sgtatham/putty/latest/htmldoc/AppendixC.html
 */
export function decodePuttyKey({ value }: Pick<DecodeInput, 'value'>): Decoded | undefined {
  const header = (name: string) => new RegExp(`(?:^|[\\n\\r])${name}: ?([^\\n\\r]{0,200})`).exec(value)?.[1];
  const cipher = header('Encryption');
  const lines = /Private-Lines: ?(\d{1,3})\r?\n([A-Za-z0-9+/=\r\n]{20,12000})/.exec(value);
  if (cipher === undefined || lines === null) return undefined;
  const body = (lines[2] ?? '').split(/\r?\n/).slice(0, Number(lines[1])).join('');
  if (body.length < 20 || new Set(body).size < 8) return undefined;
  const encrypted = cipher !== 'none';
  const comment = header('Comment');
  return {
    canonical: body,
    facts: {
      format: `PuTTY ${value.slice(20, 21)}`,
      encrypted,
      ...(comment === undefined ? {} : { comment }),
    },
    ...(encrypted ? { confidence: 'generic' } : {}),
  };
}
