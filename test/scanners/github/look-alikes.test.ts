import { expect, test } from 'vitest';
import { githubScanner } from '../../../scanners/github/index.ts';
import { scanBytes } from '../scan-bytes.ts';

test.each<[string, string, unknown]>([
  ['deploy keys of GitLab', 'keys.json', [{ id: 1, title: 'a', key: 'x', created_at: '2024-01-01', can_push: false }]],
  ['deploy keys of Gitea', 'keys.json', [{ id: 1, key_id: 2, key: 'x', url: '', title: '', read_only: true }]],
  ['secrets of something else', 'secrets.json', { secrets: [{ name: 'A', created_at: '', updated_at: '' }] }],
  ['secrets with values', 'secrets.json', { total_count: 1, secrets: [{ name: 'A', value: 'b', updated_at: '' }] }],
  ['named things with dates', 'list.json', [{ name: 'a', created_at: '', updated_at: '' }]],
  [
    'environments of GitLab',
    'environments.json',
    [{ id: 1, name: 'a', slug: 'a', external_url: '', state: 'available' }],
  ],
  ['a package', 'package.json', { name: 'x', repository: { type: 'git' }, full_name: 'x' }],
  ['an error of somebody else', 'error.json', { message: 'no', documentation_url: 'https://example.com/' }],
  ['settings with more', 'settings.json', { use_default: true, theme: 'dark', include_claim_keys: [] }],
  [
    'workflows of something else',
    'flows.json',
    { workflows: [{ id: 1, name: 'a', path: '/a', state: 'on', html_url: '' }] },
  ],
  ['an answer inside of a text', 'note.json', { text: '[{"token_expires_at": null, "token_id": 1}]' }],
  ['a number', 'n.json', 7],
])('%s is not claimed', async (_, path, content) => {
  expect((await scanBytes(githubScanner, path, JSON.stringify(content))).format).toBeUndefined();
});

const TOKEN = {
  token_id: 1,
  token_expired: false,
  permissions: {},
  repository_selection: 'all',
  token_expires_at: null,
};

test.each([
  ['cut in its first element', '[{"token_id": 1, "token_expired": false, "permissions": {', undefined, []],
  [
    'cut behind its first element',
    `${JSON.stringify([TOKEN]).slice(0, -1)},{"a`,
    'api-answer',
    ['principal', 'credential'],
  ],
])('an answer %s', async (_, content, format, kinds) => {
  const scanned = await scanBytes(githubScanner, 'orgs/octo/personal-access-tokens.json', content);
  expect(scanned.format).toBe(format);
  expect(scanned.facts.map(({ kind }) => kind)).toEqual(kinds);
  expect(scanned.problems).toEqual(
    format === undefined ? [] : [expect.stringMatching(/^ERR_SCAN_SYNTAX .*the file ends inside/)],
  );
});

test.each(['[]', '[ ]\n[]', '[[], []]', '{"total_count": 0, "secrets": []}\n{"total_count":0,"secrets":[]}'])(
  'an answer %j that is named after its request is read, so that what it had before ends',
  async (content) => {
    const named = await scanBytes(githubScanner, 'x/repos/octo/app/keys.json', content);
    expect([named.format, named.facts, named.problems]).toEqual(['api-answer', [], []]);
    expect((await scanBytes(githubScanner, 'keys.json', content)).format).toBeUndefined();
  },
);
