import { limitError, syntaxError } from '../../src/scan/formats/format-error.ts';
import { jsonPieces } from '../../src/scan/formats/json.ts';
import { entriesAt, entryOf, itemsAt, type MapNode, type Node, textAt, valueAt } from '../../src/scan/formats/node.ts';
import { parseToml } from '../../src/scan/formats/toml.ts';
import { parseYaml } from '../../src/scan/formats/yaml.ts';
import type { ScanContext, Scanner, SourceFile } from '../../src/scan/scanner.ts';
import { FileFacts } from '../file-facts.ts';
import { tellAgent } from './agent.ts';
import { clientOf, folderOf } from './clients.ts';
import { readDefinition } from './definition.ts';
import { jsonOf } from './jsonc.ts';
import { recogniseAgents } from './recognise.ts';
import { tellServer } from './servers.ts';
import { settingsOf, tellSettings } from './settings.ts';

/** Characters; a configuration that somebody edits has a few thousand. */
const MAX_TEXT = 2 * 1024 * 1024;

/** AI agents and the MCP servers that they use; see `docs/sources/agents.md`. */
export const agentsScanner: Scanner = {
  id: 'agents',
  title: 'AI agents and MCP servers',
  recognise: recogniseAgents,
  async read(file: SourceFile, context: ScanContext) {
    const format = recogniseAgents(file);
    const text = await file.readText();
    if (text.length > MAX_TEXT) throw limitError(file.path, { line: 1, column: 1 }, 'settings that are too long');
    if (format === 'agent-definition') {
      const facts = new FileFacts(context, file.path, 'mcp');
      readDefinition(text, file.path, context.repository ?? 'local', facts);
      facts.end();
      return;
    }
    const isToml = format === 'mcp-servers-toml' || format === 'agent-settings-toml';
    const root =
      format === 'mcp-servers-yaml'
        ? parseYaml(text, { path: file.path })
        : isToml
          ? parseToml(text, { path: file.path })
          : await parseJson(text, file.path);
    if (root?.kind !== 'map') throw syntaxError(file.path, { line: 1, column: 1 }, 'settings that are no mapping');
    readSettings(root, file.path, context);
  },
};

async function parseJson(text: string, path: string): Promise<Node | undefined> {
  const chunks = async function* () {
    yield jsonOf(text.replace(/^\uFEFF/, ''));
  };
  for await (const { kind, node } of jsonPieces(chunks(), path)) if (kind === 'document') return node;
  return undefined;
}

function readSettings(root: MapNode, path: string, context: ScanContext): void {
  const client = clientOf(path);
  const folder = client?.folder ?? folderOf(path);
  const repository = context.repository ?? 'local';
  const base = folder === '' ? repository : `${repository}/${folder}`;
  const facts = new FileFacts(context, path, 'mcp');
  const id = client?.id ?? 'mcp';
  readAgent(root, base, id, facts);
  // The settings of a home have those of its projects inside.
  for (const [project, { value }] of entriesAt(root, 'projects')) {
    if (['mcpServers', 'allowedTools', 'permissions'].some((key) => holds(value, key))) {
      readAgent(value, `${base}/${project.replace(/^\/+/, '')}`, id, facts);
    }
  }
  facts.end();
}

function readAgent(root: Node, base: string, client: string, facts: FileFacts): void {
  const settings = settingsOf(root);
  const agent = tellAgent(facts, base, client, settings, root.place);
  tellSettings(root, settings, agent, facts);
  for (const list of ['mcpServers', 'servers', 'context_servers', 'mcp_servers']) {
    if (list === 'servers' && client !== 'vscode' && holds(root, 'mcpServers')) continue;
    for (const [name, { value, place }] of entriesAt(root, list)) tellServer(name, value, place, agent, facts);
    for (const item of itemsAt(root, list)) {
      const name = textAt(item, 'name');
      if (name !== undefined) tellServer(name, item, item.place, agent, facts);
    }
  }
  const inner = client === 'opencode' ? valueAt(root, 'mcp') : valueAt(root, 'mcp', 'servers');
  for (const [name, { value, place }] of entriesAt(inner)) tellServer(name, value, place, agent, facts);
}

/** Whether a member is there with something in it. */
function holds(node: Node, key: string): boolean {
  const value = entryOf(node, key)?.value;
  return (value?.kind === 'map' && value.entries.size > 0) || (value?.kind === 'list' && value.items.length > 0);
}
