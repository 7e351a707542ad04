import type { Decoded, DecodeInput } from '../decoder.ts';
import { isPlaceholder } from '../placeholder.ts';

/** Sections of such files are short: what is further away belongs to something else. */
const REACH = 2_000;

/** What the other entries of a section say of the secret, by the names that clients give them. */
const TOLD: Readonly<Record<string, string>> = {
  access_key: 'access_key_id',
  access_key_id: 'access_key_id',
  client_id: 'client_id',
  database: 'database',
  host: 'host',
  host_base: 'host',
  port: 'port',
  region: 'region',
  repository: 'repository',
  type: 'type',
  url: 'url',
  user: 'user',
  username: 'user',
};

/** A password in an option file: the programs that read one call their sections so. */
export function decodeMysqlOption(input: DecodeInput): Decoded | undefined {
  return entryOf(input, ({ section = '' }) => /^(?:client|mysql|mariadb|galera)[\w-]*$/.test(section));
}

/** A password in `.pypirc`: its section has the address of an index, or is that of PyPI itself. */
export function decodePypircEntry(input: DecodeInput): Decoded | undefined {
  return entryOf(input, ({ section = '', repository }) => repository !== undefined || /^(?:test)?pypi$/.test(section));
}

/** A secret in `rclone.conf`: each of its sections has a type. */
export function decodeRcloneEntry(input: DecodeInput): Decoded | undefined {
  return entryOf(input, ({ section, type }) => section !== undefined && type !== undefined);
}

/** A secret key in `.s3cfg`: its id stands in the same section. */
export function decodeS3cmdEntry(input: DecodeInput): Decoded | undefined {
  return entryOf(input, ({ access_key_id: id }) => id !== undefined);
}

function entryOf(input: DecodeInput, isOne: (facts: Record<string, string>) => boolean): Decoded | undefined {
  if (isPlaceholder(input.value)) return undefined;
  const facts = iniSection(input);
  return isOne(facts) ? { facts } : undefined;
}

/** The name of the section that a place is in, and what else it says of the same credential. */
export function iniSection({
  text,
  start,
  end,
  effort,
}: Pick<DecodeInput, 'text' | 'start' | 'end' | 'effort'>): Record<string, string> {
  effort.spend(4 * REACH);
  const before = text.slice(Math.max(0, start - REACH), start);
  const header = [...before.matchAll(/^[ \t]*\[([^\][\n\r]{1,100})\][ \t]*\r?$/gm)].at(-1);
  const facts: Record<string, string> = {};
  if (header?.[1] !== undefined) facts.section = header[1].replaceAll('"', '').trim();
  const own = before.slice(header === undefined ? 0 : header.index + header[0].length);
  const behind = text.slice(end, end + REACH).split(/^[ \t]*\[/m)[0] ?? '';
  for (const line of `${own}\n${behind}`.split('\n')) {
    const [, name = '', value = ''] =
      /^[ \t]*([\w-]{1,40})[ \t]*[=:][ \t]*["']?([^"'\r\n]{1,200}?)["']?[ \t\r]*$/.exec(line) ?? [];
    const fact = TOLD[name.toLowerCase()];
    if (fact !== undefined && facts[fact] === undefined) facts[fact] = value;
  }
  return facts;
}
