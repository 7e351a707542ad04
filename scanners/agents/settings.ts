import type { JsonObject } from '../../src/model/json.ts';
import { entriesAt, entryOf, type Node, textAt, textsAt, valueAt } from '../../src/scan/formats/node.ts';
import type { FileFacts } from '../file-facts.ts';
import { settingsIn, tellWrittenKeys } from '../written-key.ts';
import { type Agent, serverOf, tellTools } from './agent.ts';

/** What a client's own tools (shell, files, web) are as a resource. */
const BUILT_IN = 'built-in tools';

/** Settings that hold for the agent as a whole; absent where the file does not say. */
export function settingsOf(root: Node): JsonObject {
  const mode = textAt(root, 'permissions', 'defaultMode');
  const all = textAt(root, 'enableAllProjectMcpServers');
  const auto = ['chat.tools.autoApprove', 'chat.tools.global.autoApprove'].some((key) => textAt(root, key) === 'true');
  const zed = textAt(root, 'agent', 'always_allow_tool_actions') === 'true';
  const approval = codexSetting(root, 'approval_policy');
  const sandbox = codexSetting(root, 'sandbox_mode');
  return {
    ...(mode === undefined ? {} : { permission_mode: mode }),
    ...(all === undefined ? {} : { all_project_servers: all === 'true' }),
    ...(approval === undefined ? {} : { approval_policy: approval }),
    ...(sandbox === undefined ? {} : { sandbox_mode: sandbox }),
    ...(auto || zed || approval === 'never' ? { auto_approve: true } : {}),
    ...(textAt(root, 'apiKeyHelper') === undefined ? {} : { api_key_helper: true }),
  };
}

/** A setting of Codex: that of the profile which the file chooses comes first. */
function codexSetting(root: Node, name: string): string | undefined {
  const profile = textAt(root, 'profile');
  const chosen = profile === undefined ? undefined : textAt(root, 'profiles', profile, name);
  return chosen ?? textAt(root, name);
}

/** Which tools the agent may use, asks for, and may not; a mode that asks nobody allows all. */
export function tellSettings(root: Node, settings: JsonObject, agent: Agent, facts: FileFacts): void {
  const { place } = root;
  if (settings.permission_mode === 'bypassPermissions' || settings.auto_approve === true) {
    tellTools(facts, agent, ['*'], '*', 'always', place);
  }
  for (const [list, how] of [
    ['allow', 'always'],
    ['ask', 'asked'],
    ['deny', 'never'],
  ] as const) {
    tellRules(
      textsAt(root, 'permissions', list),
      how,
      agent,
      facts,
      entryOf(valueAt(root, 'permissions'), list)?.place,
    );
  }
  tellRules(textsAt(root, 'allowedTools'), 'always', agent, facts, entryOf(root, 'allowedTools')?.place);
  for (const name of textsAt(root, 'disabledMcpjsonServers')) {
    tellTools(facts, agent, ['*'], serverOf(agent, name), 'never', place);
  }
  const environments = [valueAt(root, 'env'), valueAt(root, 'shell_environment_policy', 'set')];
  const variables = environments.flatMap((environment) =>
    settingsIn(environment).map((setting) => ({ ...setting, name: `env.${setting.name}` })),
  );
  for (const [name, { value }] of entriesAt(root, 'model_providers')) {
    const headers = settingsIn(valueAt(value, 'http_headers'));
    const token = settingsIn(value).filter((setting) => setting.name === 'experimental_bearer_token');
    variables.push(
      ...[...headers, ...token].map((setting) => ({ ...setting, name: `model_providers.${name}.${setting.name}` })),
    );
  }
  tellWrittenKeys(variables, { principal: agent.id, nativeId: agent.nativeId, kind: 'agent-key' }, facts);
}

/** `mcp__SERVER__TOOL`, `mcp__SERVER`, `Mcp(SERVER:TOOL)`, `@SERVER/TOOL`, `SERVER/TOOL`; anything else is a tool of the client, as it is written. */
export function tellRules(
  rules: readonly string[],
  how: 'always' | 'asked' | 'never',
  agent: Agent,
  facts: FileFacts,
  place = { line: 1, column: 1 },
): void {
  const byResource = new Map<string, string[]>();
  for (const rule of rules) {
    const [, server, tool] =
      /^mcp__(.+?)(?:__(.+))?$/.exec(rule) ??
      /^@([\w.-]+)(?:\/(.+))?$/.exec(rule) ??
      /^Mcp\(([^:)]+):?([^)]*)\)$/.exec(rule) ??
      /^([\w.-]+)\/([\w.*-]+)$/.exec(rule) ??
      [];
    const resource = server === undefined ? BUILT_IN : serverOf(agent, server);
    const action = server === undefined ? rule : tool || '*';
    byResource.set(resource, [...(byResource.get(resource) ?? []), action]);
  }
  for (const [resource, tools] of byResource) tellTools(facts, agent, tools, resource, how, place);
}
