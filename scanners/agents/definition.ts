import { AppError } from '../../src/errors.ts';
import { type Entry, entriesAt, itemsAt, type Node, textAt, textsAt } from '../../src/scan/formats/node.ts';
import { parseYaml } from '../../src/scan/formats/yaml.ts';
import type { FileFacts } from '../file-facts.ts';
import { tellAgent, tellTools } from './agent.ts';
import { tellServer } from './servers.ts';
import { tellRules } from './settings.ts';

const HEAD = /^\uFEFF?---[^\S\n]*\n([\s\S]*?)\n---[^\S\n]*(?:\n|$)/;
const CLIENTS: Readonly<Record<string, string>> = { claude: 'claude-code', github: 'copilot', opencode: 'opencode' };

/**
 * An agent that a page defines: in its head which tools it may use; without such a list all that its client has. What it
 * is told below is no configuration.
 */
export function readDefinition(text: string, path: string, repository: string, facts: FileFacts): void {
  const head = HEAD.exec(text)?.[1];
  const root = head === undefined ? undefined : headOf(head, path);
  const [, before = '', folder = '', name = ''] =
    /^(.*?)\.(claude|github|opencode)\/.*?([^/]+?)(?:\.agent|\.chatmode)?\.md$/.exec(path) ?? [];
  if (root?.kind !== 'map') return;
  const base = [repository, before.replace(/\/$/, '')].filter((part) => part !== '').join('/');
  const mode = textAt(root, 'permissionMode');
  const tools = toolsOf(root);
  const client = CLIENTS[folder] ?? folder;
  const about = {
    client,
    ...(mode === undefined ? {} : { permission_mode: mode }),
    inherits_tools: tools === undefined,
  };
  const brought = [...entriesAt(root, 'mcpServers'), ...itemsAt(root, 'mcpServers').flatMap((item) => entriesAt(item))];
  const own = new Set(brought.map(([server]) => server));
  const told = tellAgent(facts, base, `${client}/${textAt(root, 'name') ?? name}`, about, root.place);
  const agent = { ...told, parent: { nativeId: `${base}#${client}`, own } };
  if (mode === 'bypassPermissions') tellTools(facts, agent, ['*'], '*', 'always', root.place);
  tellRules(tools ?? ['*'], 'asked', agent, facts, root.place);
  tellRules(listAt(root, 'disallowedTools') ?? [], 'never', agent, facts, root.place);
  for (const [server, { value, place }] of brought) tellServer(server, value, place, agent, facts);
}

/** `tools: Read, Grep`, a list, or (opencode) a mapping of truth values. */
function toolsOf(root: Node): readonly string[] | undefined {
  const allowed = entriesAt(root, 'tools').flatMap(([tool, { value }]) => (textAt(value) === 'true' ? tool : []));
  return listAt(root, 'tools') ?? (allowed.length > 0 ? allowed : undefined);
}

function listAt(root: Node, key: string): readonly string[] | undefined {
  const text = textAt(root, key);
  if (text !== undefined)
    return text
      .split(',')
      .map((tool) => tool.trim())
      .filter((tool) => tool !== '');
  return itemsAt(root, key).length === 0 ? undefined : textsAt(root, key);
}

/**
 * Clients read heads line by line, so that a description with a colon in it is fine for them and no YAML: then only
 * what stands on a line of its own is taken.
 */
function headOf(head: string, path: string): Node | undefined {
  try {
    return parseYaml(head, { path, line: 2 });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
  const entries = new Map<string, Entry>();
  for (const [index, line] of head.split('\n').entries()) {
    const [, key, value] = /^(name|tools|disallowedTools|permissionMode):\s*(.*?)\s*$/.exec(line) ?? [];
    if (key === undefined || value === undefined) continue;
    const place = { line: index + 2, column: 1 };
    const text = value.replace(/^["'[]|["'\]]$/g, '');
    entries.set(key, { place, value: { kind: 'scalar', value: text, text, place } });
  }
  return { kind: 'map', entries, place: { line: 2, column: 1 } };
}
