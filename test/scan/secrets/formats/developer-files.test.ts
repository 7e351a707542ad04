import { describe } from 'vitest';
import { type FormatCase, testFormats } from './format-cases.ts';

const environments: readonly FormatCase[] = [
  [
    'dotenv',
    '.env',
    '# local\nexport DB_PASSWORD=<%{alnum:16}%>\nAPI_TOKEN="<%{alnum:32}%>" # of acme\nOTHER_TOKEN=\'<%{alnum:32}%>\'\nEMPTY_TOKEN=\nREF_TOKEN={[$]:1}{API_TOKEN}\n',
    ['generic/password', 'generic/token', 'generic/token'],
  ],
  [
    'a key over several lines',
    '.env',
    'PRIVATE_KEY="<%-----BEGIN RSA PRIVATE KEY-----\n{base64:64}\n{base64:64}\n{base64:64}\n%>-----END RSA PRIVATE KEY-----"\nX=1\n',
    ['generic/private-key'],
  ],
  ['direnv', '.envrc', 'layout python\nexport API_TOKEN=<%{alnum:32}%>\n', ['generic/token']],
  [
    'PowerShell',
    'deploy.ps1',
    '$env:API_TOKEN = "<%{alnum:32}%>"\n$Env:DB_PASSWORD=\'<%{alnum:16}%>\'\n[Environment]::SetEnvironmentVariable("SHOP_API_TOKEN", "<%{alnum:32}%>", "User")\n',
    ['generic/token', 'generic/password', 'generic/token'],
  ],
  [
    'fish',
    'config.fish',
    'set -x API_TOKEN <%{alnum:32}%>\nset -gx DB_PASSWORD "<%{alnum:16}%>"\nset -Ux OTHER_TOKEN \'<%{alnum:32}%>\'\n',
    ['generic/token', 'generic/password', 'generic/token'],
  ],
  [
    'cmd',
    'run.bat',
    'set API_TOKEN=<%{alnum:32}%>\nsetx OTHER_TOKEN <%{alnum:32}%>\n',
    ['generic/token', 'generic/token'],
  ],
  [
    'docker',
    'start.sh',
    'docker run -e API_TOKEN=<%{alnum:32}%> --env "DB_PASSWORD=<%{alnum:16}%>" shop\n',
    ['generic/token', 'generic/password'],
  ],
  ['csh', '.cshrc', 'setenv API_TOKEN <%{alnum:32}%>\n', ['generic/token']],
  [
    'a Dockerfile',
    'Dockerfile',
    'FROM node\nENV API_TOKEN <%{alnum:32}%>\nARG OTHER_TOKEN=<%{alnum:32}%>\n',
    ['generic/token', 'generic/token'],
  ],
];

const histories: readonly FormatCase[] = [
  [
    'bash',
    '.bash_history',
    'ls\nexport API_TOKEN=<%{alnum:32}%>\n#1700000000\ncurl -u ci:<%{alnum:16}%> https://acme.example\nmysql -u root -p<%{alnum:14}%> shop\n',
    ['generic/token', 'generic/curl-user', 'mysql/command-line-password'],
  ],
  [
    'zsh, extended',
    '.zsh_history',
    ': 1700000000:0;export API_TOKEN=<%{alnum:32}%>\n: 1700000010:5;git clone https://ci:<%{alnum:24}%>@git.acme.example/shop.git\n',
    ['generic/token', 'generic/url-password'],
  ],
  [
    'fish',
    '.local/share/fish/fish_history',
    '- cmd: set -x API_TOKEN <%{alnum:32}%>\n  when: 1700000000\n- cmd: http acme.example "Authorization: Bearer <%{alnum:40}%>"\n  when: 1700000001\n',
    ['generic/token', 'generic/bearer-token'],
  ],
  ['PowerShell', 'ConsoleHost_history.txt', '$env:API_TOKEN="<%{alnum:32}%>"\n', ['generic/token']],
];

const agents: readonly FormatCase[] = [
  [
    'an editor',
    '.cursor/mcp.json',
    '{\n  "mcpServers": {\n    "shop": {\n      "command": "npx",\n      "args": ["-y", "shop-mcp", "--api-key", "<%{alnum:32}%>"],\n      "env": {\n        "SHOP_KEY": "<%{alnum:40}%>",\n        "LOG_LEVEL": "debug"\n      }\n    },\n    "remote": {\n      "url": "https://mcp.acme.example/sse?token=<%{alnum:32}%>",\n      "headers": {\n        "Authorization": "Bearer <%{alnum:40}%>",\n        "X-Api-Key": "<%{alnum:32}%>"\n      }\n    }\n  }\n}\n',
    [
      ['mcp/server-credential', { server: 'shop', place: 'args' }],
      ['mcp/server-credential', { server: 'shop', place: 'env', name: 'SHOP_KEY' }],
      ['mcp/server-credential', { server: 'remote', place: 'url' }],
      ['mcp/server-credential', { server: 'remote', place: 'headers', name: 'Authorization' }],
      ['mcp/server-credential', { server: 'remote', name: 'X-Api-Key' }],
    ],
  ],
  [
    'with known tokens',
    'claude_desktop_config.json',
    '{"mcpServers":{"github":{"command":"docker","args":["run","-i","-e","GITHUB_PERSONAL_ACCESS_TOKEN"],"env":{"GITHUB_PERSONAL_ACCESS_TOKEN":"<%{crc32-base62:ghp_:30}%>"}}}}',
    [['github/personal-access-token', { server: 'github', place: 'env', checksum_valid: true }]],
  ],
  [
    'with inputs',
    '.vscode/mcp.json',
    '{\n  "inputs": [{"type": "promptString", "id": "key", "password": true}],\n  "servers": {\n    "shop": {\n      "type": "stdio",\n      "command": "shop-mcp",\n      "env": {"API_KEY": "your-key-here", "OTHER_TOKEN": "<%{alnum:40}%>"}\n    }\n  }\n}\n',
    [['mcp/server-credential', { server: 'shop', name: 'OTHER_TOKEN' }]],
  ],
  [
    'in TOML',
    '.codex/config.toml',
    'model = "x"\n\n[mcp_servers.shop]\ncommand = "npx"\nargs = ["-y", "shop-mcp", "--token=<%{alnum:32}%>"]\nenv = { "API_KEY" = "<%{alnum:32}%>", "MODE" = "ro" }\n\n[mcp_servers.docs.env]\nDOCS_TOKEN = "<%{alnum:32}%>"\n',
    [
      ['mcp/server-credential', { server: 'shop', place: 'args' }],
      ['mcp/server-credential', { server: 'shop', place: 'env', name: 'API_KEY' }],
      ['mcp/server-credential', { server: 'docs', place: 'env', name: 'DOCS_TOKEN' }],
    ],
  ],
  [
    'in another editor',
    '.config/zed/settings.json',
    '{\n  "context_servers": {\n    "shop": {\n      "command": {"path": "shop-mcp", "args": [], "env": {"SHOP_TOKEN": "<%{alnum:40}%>"}}\n    }\n  }\n}\n',
    [['mcp/server-credential', { server: 'shop', name: 'SHOP_TOKEN' }]],
  ],
];

const clients: readonly FormatCase[] = [
  [
    'a collection of Postman',
    'shop.postman_collection.json',
    '{"info":{"schema":"https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},"auth":{"type":"bearer","bearer":[{"key":"token","value":"<%{alnum:40}%>","type":"string"}]},"item":[{"request":{"auth":{"type":"basic","basic":[{"key":"password","value":"<%{alnum:16}%>","type":"string"},{"key":"username","value":"ci","type":"string"}]},"header":[{"key":"X-Api-Key","value":"<%{alnum:32}%>"},{"key":"Authorization","value":"Bearer {{token}}"}]}}]}',
    ['generic/named-value', 'generic/named-value', 'generic/named-value'],
  ],
  [
    'an environment of Postman',
    'prod.postman_environment.json',
    '{"name":"prod","values":[{"key":"host","value":"https://acme.example","enabled":true},{"key":"api_token","value":"<%{alnum:40}%>","type":"secret","enabled":true}],"_postman_variable_scope":"environment"}',
    ['generic/named-value'],
  ],
  [
    'an export of Insomnia',
    'insomnia.json',
    '{"_type":"export","resources":[{"_type":"request","authentication":{"type":"bearer","token":"<%{alnum:40}%>"},"headers":[{"name":"X-Api-Key","value":"<%{alnum:32}%>"}]}]}',
    ['generic/token', 'generic/named-value'],
  ],
  [
    'a notebook',
    'analysis.ipynb',
    '{\n "cells": [\n  {\n   "cell_type": "code",\n   "outputs": [\n    {\n     "name": "stdout",\n     "output_type": "stream",\n     "text": [\n      "token: <%{crc32-base62:ghp_:30}%>\\n"\n     ]\n    }\n   ],\n   "source": [\n    "import os\\n",\n    "api_token = \\"<%{alnum:32}%>\\"\\n",\n    "password = \'<%{alnum:16}%>\'"\n   ]\n  }\n ]\n}\n',
    ['github/personal-access-token', 'generic/token', 'generic/password'],
  ],
];

describe('environments', () => testFormats(environments));
describe('shell histories', () => testFormats(histories));
describe('configuration of agents', () => testFormats(agents));
describe('clients and notebooks', () => testFormats(clients));
