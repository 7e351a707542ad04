import type { Decoded, DecodeInput } from '../decoder.ts';
import { isPlaceholder } from '../placeholder.ts';

const REACH = 1_000;

/**
 * A password in Maven's settings. One in braces is encrypted by the master password, and not matched by the rule.
 *
 * https://maven.apache.org/guides/mini/guide-encryption.html
 */
export function decodeMavenServer({ value, text, start, end }: DecodeInput): Decoded | undefined {
  if (isPlaceholder(value)) return undefined;
  const before =
    text
      .slice(Math.max(0, start - REACH), start)
      .split(/<(?:server|proxy)>/)
      .at(-1) ?? '';
  const behind = text.slice(end, end + REACH).split(/<\/(?:server|proxy)>/)[0] ?? '';
  const element = (name: string) =>
    new RegExp(`<${name}>\\s{0,20}([^<\\s][^<]{0,200}?)\\s{0,20}</${name}>`).exec(`${before}\n${behind}`)?.[1];
  const found = { server: element('id'), user: element('username'), host: element('host') };
  return {
    facts: Object.fromEntries(Object.entries(found).filter(([, told]) => told !== undefined)) as Record<string, string>,
  };
}
