import { entriesAt, itemsAt, type Node, textAt, textsAt } from '../../src/scan/formats/node.ts';
import { parseYaml } from '../../src/scan/formats/yaml.ts';
import type { FileFacts } from '../file-facts.ts';
import { type Agent, tellAgent, tellTools } from './agent.ts';
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
  const root = head === undefined ? undefined : parseYaml(head, { path, line: 2 });
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
  const own = new Set([root, ...itemsAt(root, 'mcpServers')].flatMap(namesOfServers));
  const told = tellAgent(facts, base, `${client}/${textAt(root, 'name') ?? name}`, about, root.place);
  const agent = { ...told, parent: { nativeId: `${base}#${client}`, own } };
  if (mode === 'bypassPermissions') tellTools(facts, agent, ['*'], '*', 'always', root.place);
  tellRules(tools ?? ['*'], 'asked', agent, facts, root.place);
  tellRules(listAt(root, 'disallowedTools') ?? [], 'never', agent, facts, root.place);
  tellServers(root, agent, facts);
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

/** Of a mapping, or of an element of a list; a text names a server of the client. */
function namesOfServers(node: Node): readonly string[] {
  const entries = entriesAt(node, 'mcpServers');
  return (entries.length > 0 ? entries : entriesAt(node)).map(([name]) => name);
}

function tellServers(root: Node, agent: Agent, facts: FileFacts): void {
  for (const [name, { value, place }] of entriesAt(root, 'mcpServers')) tellServer(name, value, place, agent, facts);
  for (const item of itemsAt(root, 'mcpServers')) {
    for (const [name, { value, place }] of entriesAt(item)) tellServer(name, value, place, agent, facts);
  }
}
