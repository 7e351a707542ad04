/** A program that runs agents, and where it keeps its configuration. */
export interface Client {
  readonly id: string;
  /** What the files lie in: the top of a project, or a home. */
  readonly folder: string;
}

/** The part of a path that is the client's own; what is before it is the project. */
const CLIENTS: readonly (readonly [RegExp, string])[] = [
  [/claude_desktop_config\.json$/i, 'claude-desktop'],
  [/\.claude\/settings(?:\.local)?\.json$/, 'claude-code'],
  [/(?:\.mcp|\.claude|managed-mcp|managed-settings)\.json$/, 'claude-code'],
  [/\.codex\/config\.toml$/, 'codex'],
  [/\.cursor\/(?:mcp|cli|cli-config|permissions)\.json$/, 'cursor'],
  [/\.vscode\/(?:mcp|settings)\.json$/, 'vscode'],
  [/(?:\.codeium\/windsurf|\.windsurf)\/mcp_config\.json$/, 'windsurf'],
  [/(?:\.config\/zed|\.zed)\/settings\.json$/, 'zed'],
  [/\.continue\/(?:config\.(?:json|ya?ml)|mcpServers\/[^/]+\.(?:json|ya?ml))$/, 'continue'],
  [/cline_mcp_settings\.json$/, 'cline'],
  [/\.roo\/mcp\.json$/, 'roo'],
  [/\.gemini\/settings\.json$/, 'gemini'],
  [/\.qwen\/settings\.json$/, 'qwen'],
  [/\.amazonq\/(?:mcp\.json|(?:cli-)?agents\/[^/]+\.json)$/, 'amazon-q'],
  [/\.kiro\/settings\/mcp\.json$/, 'kiro'],
  [/\.junie\/mcp\/mcp\.json$/, 'junie'],
  [/\.copilot\/mcp-config\.json$/, 'copilot'],
  [/opencode\.jsonc?$/, 'opencode'],
];

/** Which client a file is of; undefined for a name that says nothing. */
export function clientOf(path: string): Client | undefined {
  for (const [pattern, id] of CLIENTS) {
    const match = pattern.exec(path);
    if (match === null || (match.index > 0 && path[match.index - 1] !== '/')) continue;
    return { id, folder: path.slice(0, match.index).replace(/\/$/, '') };
  }
  return undefined;
}

/** The folder of a file that no client is known by. */
export function folderOf(path: string): string {
  return path.split('/').slice(0, -1).join('/');
}
