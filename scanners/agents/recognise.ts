import { outlineOf } from '../../src/scan/formats/json-outline.ts';
import { mayHold } from '../../src/scan/formats/looks-like-yaml.ts';
import type { FileHead } from '../../src/scan/scanner.ts';
import { clientOf } from './clients.ts';
import { jsonOf } from './jsonc.ts';

export type AgentFormat =
  | 'agent-definition'
  | 'mcp-servers'
  | 'agent-settings'
  | 'mcp-servers-yaml'
  | 'mcp-servers-toml'
  | 'agent-settings-toml';

/** Members that hold servers, as the outline spells them. */
const SERVERS = ['mcpservers', 'contextservers'];
const YAML_SERVERS = /^mcpServers:\s*(?:#.*)?$/m;
const TOML_SERVERS = /^\s*\[?\s*["']?mcp_servers["']?\s*[.=\]]/m;
const TOML_SETTINGS =
  /^\s*(?:approval_policy|sandbox_mode|profile)\s*=|^\s*\[(?:shell_environment_policy|model_providers|profiles)\b/m;

/** An agent by itself, as a page with a head: what it is told stands below. */
const DEFINITION = /(?:^|\/)\.(?:claude|github|opencode)\/(?:agents?|chatmodes)\/(?:[^/]+\/)*[^/]+\.md$/;

/** Configuration of agents: by the members that hold servers or permissions, and where these are common words by the file's name. */
export function recogniseAgents(file: FileHead): AgentFormat | undefined {
  if (file.binary) return undefined;
  if (/\.codex\/config\.toml$/.test(file.path)) {
    if (TOML_SERVERS.test(file.text)) return 'mcp-servers-toml';
    return TOML_SETTINGS.test(file.text) ? 'agent-settings-toml' : undefined;
  }
  if (DEFINITION.test(file.path)) return /^\uFEFF?---\s*\n/.test(file.text) ? 'agent-definition' : undefined;
  const client = clientOf(file.path);
  const named = client !== undefined || /(?:^|\/)mcp\.json$/.test(file.path);
  if (!named && !mayHold(file, 'mcpServers') && !mayHold(file, 'context_servers')) return undefined;
  if (/\.ya?ml$/i.test(file.path)) return YAML_SERVERS.test(file.text) ? 'mcp-servers-yaml' : undefined;
  if (!/\.jsonc?$/i.test(file.path) || !/^\uFEFF?\s*(?:\{|\/[/*])/.test(file.text)) return undefined;
  const { members } = outlineOf(jsonOf(file.text));
  const holds = (name: string) => members.get(name)?.type === 'object';
  if (SERVERS.some(holds) || (named && holds('servers'))) return 'mcp-servers';
  if (client === undefined) return undefined;
  if (client.id === 'opencode' && holds('mcp')) return 'mcp-servers';
  if (client.id === 'vscode') {
    const mcp = members.get('mcp')?.names?.has('servers') === true;
    return mcp || [...members.keys()].some((name) => AUTO_APPROVE.test(name)) ? 'agent-settings' : undefined;
  }
  const settings = ['permissions', 'env', 'projects'].some(holds) && ['claude-code', 'cursor'].includes(client.id);
  return settings || [...members.keys()].some((name) => OWN_SETTINGS.has(name)) ? 'agent-settings' : undefined;
}

const AUTO_APPROVE = /^chat\.tools\.(?:global\.)?autoapprove$/;
const OWN_SETTINGS: ReadonlySet<string> = new Set([
  'enableallprojectmcpservers',
  'enabledmcpjsonservers',
  'disabledmcpjsonservers',
  'apikeyhelper',
]);
