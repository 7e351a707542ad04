import { nameKind } from '../assigned-name.ts';
import type { Effort } from '../effort.ts';
import type { ExtractContext, Extracted } from '../extractors.ts';
import { isReference } from '../placeholder.ts';
import { type JsonString, jsonStrings } from './json-strings.ts';
import { isNamedSecret, isRandom } from './named-secret.ts';

/** Configurations of servers are short, and editors' settings that hold them are not much longer. */
const REACH = 16_000;

/** A value that a server is started or called with. */
interface Setting {
  readonly server: string;
  readonly place: string;
  readonly name: string;
  readonly start: number;
  readonly value: string;
}

/**
 * What the configuration of an agent hands to its MCP servers: variables of the environment, headers, arguments, and what
 * stands in addresses. In JSON with the members that editors and desktop programs use, or in TOML.
 *
 * https://modelcontextprotocol.io/docs/develop/connect-local-servers
 */
export function extractMcpServers(
  text: string,
  keywordStart: number,
  { effort }: ExtractContext,
): readonly Extracted[] {
  const settings =
    text.charAt(keywordStart) === '['
      ? tomlSettings(text, keywordStart, effort)
      : jsonSettings(text, keywordStart, effort);
  return settings.flatMap((setting) => secretIn(setting));
}

function secretIn({ server, place, name, start, value }: Setting): readonly Extracted[] {
  const scheme = place === 'headers' ? (/^(?:Bearer|Basic|Token|ApiKey) +/i.exec(value)?.[0].length ?? 0) : 0;
  const secret = value.slice(scheme);
  if (isReference(secret)) return [];
  const isOne =
    place === 'args' || place === 'url' ? nameKind(name) !== undefined && isNamedSecret(name, secret) : false;
  const isHandedOn =
    (place === 'env' || place === 'headers') && (isNamedSecret(name, secret) || (scheme > 0 && isRandom(secret)));
  if (!isOne && !isHandedOn) return [];
  const from = start + scheme;
  const facts = { server, place, ...(name === '' ? {} : { name }) };
  return [{ start: from, end: from + secret.length, decoded: { facts } }];
}

function jsonSettings(text: string, keywordStart: number, effort: Effort): readonly Setting[] {
  const open = /^"\w{1,24}"\s{0,8}:\s{0,8}(?=\{)/.exec(text.slice(keywordStart, keywordStart + 60))?.[0].length;
  if (open === undefined) return [];
  const strings = [...jsonStrings(text, keywordStart + open, REACH)];
  effort.spend(4 * ((strings.at(-1)?.end ?? keywordStart + REACH) - keywordStart));
  // Other things are called servers too: these are started, or called at an address.
  if (!strings.some(({ path }) => path.length > 1 && /^(?:command|url|serverUrl|httpUrl)$/.test(path[1] ?? '')))
    return [];
  let flag = '';
  return strings.flatMap((string) => {
    const { path, start, written } = string;
    const [server = '', ...rest] = path;
    const place = placeOf(rest);
    if (place === undefined) return [];
    if (place === 'args') {
      const setting = argument(server, flag, string);
      flag = /^--?[A-Za-z][\w-]*$/.test(written) ? written : '';
      return setting === undefined ? [] : [setting];
    }
    if (place === 'url') return inAddress(server, start, written);
    return [{ server, place, name: rest.at(-1) ?? '', start, value: written }];
  });
}

/** Programs disagree about where the environment stands; they agree about what it is called. */
function placeOf(path: readonly string[]): string | undefined {
  const place = path.find((name) =>
    /^(?:env|environment|envVars|headers|http_headers|requestInit|args|arguments|url|serverUrl|httpUrl)$/.test(name),
  );
  if (place === undefined) return undefined;
  if (/^env/.test(place)) return 'env';
  if (/headers|requestInit/.test(place)) return 'headers';
  return /^arg/.test(place) ? 'args' : 'url';
}

/** `--token=…`, `--header` with a header, or the value behind `--token`. */
function argument(
  server: string,
  flag: string,
  { start, written }: Pick<JsonString, 'start' | 'written'>,
): Setting | undefined {
  const [all, name] = /^(?:--?)?([A-Za-z][\w-]{0,60})(?:=|: ?)/.exec(written) ?? [];
  if (all !== undefined && name !== undefined) {
    const scheme = /^(?:Bearer|Basic|Token) +/i.exec(written.slice(all.length))?.[0].length ?? 0;
    const skipped = all.length + scheme;
    return {
      server,
      place: scheme > 0 ? 'headers' : 'args',
      name,
      start: start + skipped,
      value: written.slice(skipped),
    };
  }
  return flag === '' ? undefined : { server, place: 'args', name: flag, start, value: written };
}

function inAddress(server: string, start: number, written: string): readonly Setting[] {
  return [...written.matchAll(/[?&]([\w.-]{1,60})=([^&#\s]{1,2000})/g)].map((match) => {
    const [, name = '', value = ''] = match;
    return { server, place: 'url', name, start: start + match.index + match[0].length - value.length, value };
  });
}

const TOML_HEADER =
  /^\[{1,2}(?:mcp_servers|mcp\.servers|mcpServers)\.("[^"\n]{1,80}"|[\w-]{1,80})((?:\.[\w-]{1,40}){0,2})\]{1,2}/;

function tomlSettings(text: string, keywordStart: number, effort: Effort): readonly Setting[] {
  // Elsewhere than at the beginning of its line it is none.
  if (!/(?:^|\n)[ \t]{0,40}$/.test(text.slice(Math.max(0, keywordStart - 41), keywordStart))) return [];
  const piece = text.slice(keywordStart, keywordStart + REACH);
  const [header, quoted = '', below = ''] = TOML_HEADER.exec(piece) ?? [];
  if (header === undefined) return [];
  const server = quoted.replaceAll('"', '');
  const section = piece.slice(0, nextHeader(piece, header.length));
  effort.spend(8 * section.length);
  const settings: Setting[] = [];
  for (const line of section.matchAll(/^[ \t]*("?[\w.-]{1,80}"?)[ \t]*=[ \t]*(.{0,4000})$/gm)) {
    const [all, key = '', value = ''] = line;
    const name = key.replaceAll('"', '');
    const at = keywordStart + line.index + all.length - value.length;
    if (below !== '' || /^["']/.test(value)) settings.push(...tomlString(server, below, name, value, at));
    else if (name === 'args') settings.push(...tomlArguments(server, value, at));
    else settings.push(...tomlTable(server, placeOf([name]), value, at));
  }
  return settings;
}

function nextHeader(piece: string, from: number): number {
  const next = piece.slice(from).search(/\n[ \t]*\[/);
  return next < 0 ? piece.length : from + next;
}

function tomlString(server: string, below: string, name: string, value: string, at: number): readonly Setting[] {
  const place = placeOf(below === '' ? [name] : below.slice(1).split('.'));
  const inner = /^(["'])(.*?)\1/.exec(value)?.[2];
  if (inner === undefined || place === undefined) return [];
  return place === 'url' ? inAddress(server, at + 1, inner) : [{ server, place, name, start: at + 1, value: inner }];
}

function tomlArguments(server: string, value: string, at: number): readonly Setting[] {
  let flag = '';
  return [...value.matchAll(/(["'])(.*?)\1/g)].flatMap((match) => {
    const written = match[2] ?? '';
    const setting = argument(server, flag, { start: at + match.index + 1, written });
    flag = /^--?[A-Za-z][\w-]*$/.test(written) ? written : '';
    return setting === undefined ? [] : [setting];
  });
}

function tomlTable(server: string, place: string | undefined, value: string, at: number): readonly Setting[] {
  if (place === undefined) return [];
  return [...value.matchAll(/"?([\w.-]{1,80})"?[ \t]*=[ \t]*(["'])(.*?)\2/g)].map((match) => {
    const [all, name = '', , inner = ''] = match;
    return { server, place, name, start: at + match.index + all.length - 1 - inner.length, value: inner };
  });
}
