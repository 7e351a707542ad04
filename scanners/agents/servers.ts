import type { JsonObject } from '../../src/model/json.ts';
import { entriesAt, type Node, type Place, textAt, textsAt, valueAt } from '../../src/scan/formats/node.ts';
import { isReference } from '../../src/scan/secrets/placeholder.ts';
import type { FileFacts } from '../file-facts.ts';
import { literalSecret } from '../literal-secret.ts';
import { type Agent, serverOf, tellTools } from './agent.ts';

/** Names of one thing in the configurations of different clients. */
const ENV = ['env', 'environment'];
const HEADERS = ['headers', 'requestOptions.headers', 'http_headers'];
const ALWAYS = ['autoApprove', 'alwaysAllow', 'always_allow', 'autoApproveTools'];
const ONLY = ['tools', 'includeTools', 'enabledTools', 'enabled_tools', 'allowedTools', 'allowed_tools'];
const NEVER = ['disabledTools', 'disabled_tools', 'excludeTools', 'blockedTools'];

/** One server as an agent is configured to use it: what runs or is called, with which keys, and which of its tools. */
export function tellServer(name: string, node: Node, place: Place, agent: Agent, facts: FileFacts): void {
  const command = commandOf(node);
  const url = ['url', 'httpUrl', 'serverUrl', 'uri'].map((key) => textAt(node, key)).find((text) => text !== undefined);
  if (node.kind !== 'map' || (command.length === 0 && url === undefined)) return;
  const nativeId = serverOf(agent, name);
  const disabled = textAt(node, 'disabled') === 'true' || textAt(node, 'enabled') === 'false';
  const { keys, references } = keysOf(node, command, url);
  const id = facts.principal(
    {
      kind: 'server',
      nativeId,
      name,
      scope: [...agent.scope, agent.nativeId],
      enabled: !disabled,
      attributes: { ...(url === undefined ? processOf(command) : addressOf(url, textAt(node, 'type'))), references },
    },
    place,
  );
  for (const { source, key, value, at } of keys) {
    facts.credential(
      {
        kind: 'mcp-key',
        nativeId: `${nativeId}#${source}.${key}`,
        principal: id,
        status: 'unknown',
        expiryUnknown: true,
        attributes: { source, name: key, fingerprint: facts.fingerprint(value) },
      },
      at,
    );
  }
  if (disabled) return;
  facts.trust(
    { principal: id, subject: { kind: 'principal', id: agent.id }, declaredBy: 'subject', how: 'uses' },
    place,
  );
  tellToolsOf(node, nativeId, agent, facts, place);
}

function tellToolsOf(node: Node, nativeId: string, agent: Agent, facts: FileFacts, place: Place): void {
  const listed = (names: readonly string[]) =>
    names.flatMap((key) => {
      const one = textAt(node, key);
      return one === 'true' ? ['*'] : textsAt(node, key);
    });
  const only = listed(ONLY);
  const all = only.length === 0 ? ['*'] : only;
  const always = textAt(node, 'trust') === 'true' ? all : listed(ALWAYS);
  tellTools(facts, agent, all, nativeId, 'asked', place);
  tellTools(facts, agent, always, nativeId, 'always', place);
  tellTools(facts, agent, listed(NEVER), nativeId, 'never', place);
}

/** `command` is a text beside `args`, a list with both, or (Zed) a map of `path` and `args`. */
function commandOf(node: Node): readonly { readonly text: string; readonly at: Place }[] {
  const inner = valueAt(node, 'command');
  const parts = (one: Node | undefined): readonly { text: string; at: Place }[] =>
    one?.kind === 'list'
      ? one.items.flatMap((item) => parts(item))
      : one?.kind === 'scalar' && one.value !== null
        ? [{ text: one.text, at: one.place }]
        : [];
  const program = inner?.kind === 'map' ? parts(valueAt(inner, 'path')) : parts(inner);
  if (program.length === 0) return [];
  return [...program, ...parts(valueAt(inner, 'args') ?? valueAt(node, 'args'))];
}

interface Key {
  readonly source: 'env' | 'header' | 'argument' | 'url';
  readonly key: string;
  readonly value: string;
  readonly at: Place;
}

/** Keys that are written out; and the names of what is only referred to, which is as it should be. */
function keysOf(node: Node, command: ReturnType<typeof commandOf>, url: string | undefined) {
  const named = [
    ...ENV.flatMap((key) => pairs('env', [valueAt(node, key), valueAt(node, 'command', key)])),
    ...HEADERS.flatMap((key) => pairs('header', [valueAt(node, ...key.split('.'))])),
    ...argumentPairs(command),
    ...queryPairs(url, node),
  ];
  const keys: Key[] = [];
  const references: string[] = [];
  for (const { source, key, text, at } of named) {
    const value = literalSecret(key, text);
    if (value !== undefined) keys.push({ source, key, value, at });
    else if (isReference(text.replace(/^\w+\s+/, ''))) references.push(`${source}.${key}`);
  }
  const variables = valueAt(node, 'env_http_headers');
  for (const [name] of entriesAt(variables)) references.push(`header.${name}`);
  if (textAt(node, 'bearer_token_env_var')) references.push('header.Authorization');
  return { keys, references };
}

type Pair = { readonly source: Key['source']; readonly key: string; readonly text: string; readonly at: Place };

function pairs(source: Key['source'], nodes: readonly (Node | undefined)[]): readonly Pair[] {
  return nodes.flatMap((node) =>
    entriesAt(node).flatMap(([key, { value }]) => {
      const text = textAt(value);
      return text === undefined ? [] : [{ source, key, text, at: value.place }];
    }),
  );
}

/** `--token=X`, `--token X`, `NAME=X` (of `docker run -e`), `Header: X`. */
function argumentPairs(command: ReturnType<typeof commandOf>): readonly Pair[] {
  return command.flatMap(({ text, at }, index) => {
    const [, key, value] = /^(?:-{1,2})?([\w.-]{1,80})\s?[=:]\s*(.+)$/s.exec(text) ?? [];
    if (key !== undefined && value !== undefined && !value.startsWith('//'))
      return [{ source: 'argument' as const, key, text: value, at }];
    const flag = /^--?([\w.-]{2,80})$/.exec(command[index - 1]?.text ?? '')?.[1];
    if (flag !== undefined || text.includes('://'))
      return [{ source: 'argument' as const, key: flag ?? 'url', text, at }];
    return [];
  });
}

function queryPairs(url: string | undefined, node: Node): readonly Pair[] {
  if (url === undefined) return [];
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const pairs = [...(parsed?.searchParams ?? [])].map(([key, text]) => ({
    source: 'url' as const,
    key,
    text,
    at: node.place,
  }));
  return [...pairs, { source: 'url', key: 'userinfo', text: url, at: node.place }];
}

/** Programs that fetch a package and run it. */
const RUNNERS = new Set(['npx', 'bunx', 'pnpx', 'uvx', 'pipx', 'docker', 'podman', 'dlx', 'deno']);

function processOf(command: ReturnType<typeof commandOf>): JsonObject {
  const [program = '', ...rest] = command.map(({ text }) => text);
  const name =
    program
      .split(/[\\/]/)
      .at(-1)
      ?.replace(/\.(?:exe|cmd)$/i, '') ?? '';
  // `cmd /c npx …` and `pnpm dlx …` run what follows.
  const words = [name, ...rest];
  const runner = words.findIndex((word) => RUNNERS.has(word));
  const argument = runner < 0 ? undefined : packageOf(words[runner] ?? '', words.slice(runner + 1));
  return {
    transport: 'stdio',
    command: name,
    ...(argument === undefined ? {} : { package: argument, pinned: PINNED.test(argument) }),
  };
}

const PINNED = /.@v?\d[\w.-]*$|==\d|@sha256:[0-9a-f]{64}$|:v?\d+\.\d[\w.-]*$/;

/** Options of `docker run` that take a value behind a space. */
const WITH_VALUE = new Set([
  '-e',
  '--env',
  '-v',
  '--volume',
  '--mount',
  '--name',
  '--network',
  '-p',
  '--env-file',
  '-u',
  '--from',
  '-w',
  '--entrypoint',
]);

function packageOf(runner: string, words: readonly string[]): string | undefined {
  const container = runner === 'docker' || runner === 'podman';
  for (let at = container && words[0] === 'run' ? 1 : 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (container && WITH_VALUE.has(word)) at++;
    else if (!word.startsWith('-') && word !== 'run') return word;
  }
  return undefined;
}

/** Without user, password and query, where keys may stand. */
function addressOf(url: string, type: string | undefined): JsonObject {
  const transport = type === 'sse' || /\/sse\/?$/.test(url.split('?')[0] ?? '') ? 'sse' : 'http';
  if (!URL.canParse(url)) return { transport, url: isReference(url) ? 'a reference' : 'not an address' };
  const { protocol, host, pathname } = new URL(url);
  const path = pathname
    .split('/')
    .map((part) => (/^[\w-]{24,}$/.test(part) ? '…' : part))
    .join('/');
  return { transport, url: `${protocol}//${host}${path}`, host };
}
