import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { agentsScanner } from '../../../scanners/agents/index.ts';
import { jsonOf } from '../../../scanners/agents/jsonc.ts';
import { scanBytes } from '../scan-bytes.ts';

/** Made here, so that no file has it. */
const KEY = ['kv7', 'Qp2', 'Zr9', 'Lm4', 'Ws8', 'Xt3'].join('');

async function keysOf(server: unknown): Promise<readonly string[]> {
  const content = JSON.stringify({ mcpServers: { s: server } });
  const { facts, problems } = await scanBytes(agentsScanner, '.mcp.json', content, {
    fingerprint: (value) => (value === KEY ? 'the key' : 'something else'),
  });
  expect(problems).toEqual([]);
  expect(JSON.stringify(facts)).not.toContain(KEY);
  return facts.flatMap(({ kind, body }) =>
    kind === 'credential' ? [`${body.nativeId.split('#').at(-1)} ${body.attributes?.fingerprint}`] : [],
  );
}

describe('keys that are written out', () => {
  test.each<[string, unknown, string[]]>([
    ['in the environment', { command: 'x', env: { GITHUB_TOKEN: KEY } }, ['env.GITHUB_TOKEN the key']],
    [
      'in a header',
      { url: 'https://a.example/', headers: { Authorization: `Bearer ${KEY}` } },
      ['header.Authorization the key'],
    ],
    [
      'in a header of its own',
      { url: 'https://a.example/', headers: { 'X-API-Key': KEY } },
      ['header.X-API-Key the key'],
    ],
    ['as an argument', { command: 'x', args: [`--api-key=${KEY}`] }, ['argument.api-key the key']],
    ['behind an option', { command: 'x', args: ['--token', KEY] }, ['argument.token the key']],
    [
      'for a container',
      { command: 'docker', args: ['run', '-e', `DB_PASSWORD=${KEY}`, 'img'] },
      ['argument.DB_PASSWORD the key'],
    ],
    ['in an address', { command: 'x', args: [`postgres://app:${KEY}@db.example/app`] }, ['argument.url the key']],
    ['in the query of a server', { url: `https://a.example/mcp?api_key=${KEY}` }, ['url.api_key the key']],
    ['in the path of a server it is not shown', { url: `https://a.example/${KEY}${KEY}/sse` }, []],
    ['of a name that promises none', { command: 'x', env: { REGION: KEY } }, []],
    ['as a reference', { command: 'x', env: { GITHUB_TOKEN: `$\{${KEY}}` } }, []],
    ['as a placeholder', { command: 'x', env: { GITHUB_TOKEN: 'your-token-here' } }, []],
    ['as a path', { command: 'x', env: { TOKEN: '/run/secrets/token' } }, []],
  ])('%s', async (_, server, keys) => {
    expect(await keysOf(server)).toEqual(keys);
  });

  test('an agent has keys of its own', async () => {
    const content = JSON.stringify({ env: { ANTHROPIC_API_KEY: KEY } });
    const { facts } = await scanBytes(agentsScanner, '.claude/settings.json', content, { fingerprint: () => 'f' });
    expect(facts.map(({ body }) => body.id)).toContain('mcp:agent-key:local#claude-code#env.ANTHROPIC_API_KEY');
  });
});

describe('comments and commas', () => {
  test.each([
    ['{"a": 1, // x\n}', '{"a": 1      \n}'],
    ['{"a": "// no", /* , */ "b": [1,],}', '{"a": "// no",         "b": [1 ] }'],
    ['{"a": "\\"//"}', '{"a": "\\"//"}'],
    ['{"a": 1 /* open', '{"a": 1        '],
  ])('%j', (text, expected) => {
    expect(jsonOf(text)).toBe(expected);
  });

  test('JSON stays what it is, and places stay where they are', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(3), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(jsonOf(text)).toBe(text);
      }),
    );
  });

  test('whatever a file has, it never fails but by saying so', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async (json) => {
        await scanBytes(agentsScanner, '.mcp.json', `{"mcpServers": {"a": ${json}}, "permissions": ${json}}`, {
          fingerprint: () => 'f',
        });
      }),
    );
  });
});

describe('keys in the settings of Codex', () => {
  test.each([
    [
      'in the environment',
      `[mcp_servers.s]\ncommand = "x"\nenv = { GITHUB_TOKEN = "${KEY}" }`,
      ['env.GITHUB_TOKEN 3:24'],
    ],
    [
      'in a table of its own',
      `[mcp_servers.s]\ncommand = "x"\n[mcp_servers.s.env]\nGITHUB_TOKEN = '${KEY}'`,
      ['env.GITHUB_TOKEN 4:16'],
    ],
    [
      'in a header',
      `[mcp_servers.s]\nurl = "https://a.example/"\nhttp_headers.X-Api-Key = "${KEY}"`,
      ['header.X-Api-Key 3:26'],
    ],
    ['of the shell', `[shell_environment_policy]\nset = { DEPLOY_TOKEN = "${KEY}" }`, ['env.DEPLOY_TOKEN 2:24']],
    [
      'of a provider',
      `[model_providers.p]\nexperimental_bearer_token = "${KEY}"`,
      ['model_providers.p.experimental_bearer_token 2:29'],
    ],
    ['by a name only', '[mcp_servers.s]\nurl = "https://a.example/"\nbearer_token_env_var = "TOKEN"', []],
  ])('%s', async (_, text, expected) => {
    const { facts, problems } = await scanBytes(agentsScanner, 'app/.codex/config.toml', text, {
      fingerprint: () => 'f',
    });
    expect(problems).toEqual([]);
    expect(JSON.stringify(facts)).not.toContain(KEY);
    const keys = facts.flatMap(({ kind, body }) =>
      kind === 'credential'
        ? body.locations.map(({ line, column }) => `${body.nativeId.split('#').at(-1)} ${line}:${column}`)
        : [],
    );
    expect(keys).toEqual(expected);
  });
});
