import { describe, expect, it } from 'vitest';
import { expandMarked, secretsInFile } from './format-cases.ts';

const TOKEN = '<%{crc32-base62:ghp_:30}%>';

/** A pretty and a compact form, since exports come in both. */
const json = (value: unknown) => [JSON.stringify(value), JSON.stringify(value, null, 2)];
const message = (ts: string, text: string, more = {}) => ({ type: 'message', user: 'U01', text, ts, ...more });

const cases: readonly (readonly [title: string, path: string, templates: readonly string[], item: string])[] = [
  [
    'Slack',
    'ops/2024-01-02.json',
    json([
      message('1700000000.000100', 'hello {world}'),
      message('1700000001.000200', `the key is "${TOKEN}" }}`, {
        blocks: [{ type: 'rich_text', elements: [{ type: 'text', text: 'x' }] }],
      }),
      message('1700000002.000300', 'bye'),
    ]),
    '#ops 1700000001.000200 by U01',
  ],
  [
    'Slack, in a file that was attached',
    'ops/2024-01-03.json',
    json([message('1700000009.000100', '', { files: [{ id: 'F1', preview: `a ${TOKEN}`, user: 'U01' }] })]),
    '#ops 1700000009.000100 by U01',
  ],
  [
    'Discord',
    'discord.json',
    json({
      guild: { id: '1', name: 'Acme' },
      channel: { id: '2', name: 'deploys' },
      messages: [{ id: '123456789012345678', content: `use ${TOKEN}`, author: { id: '3', name: 'ann' } }],
    }),
    '#deploys 123456789012345678 by ann',
  ],
  [
    'Mattermost',
    'bulk.jsonl',
    [
      `{"type":"version","version":1}\n{"type":"post","post":{"team":"acme","channel":"town","user":"ann","message":"${TOKEN}","create_at":1700000000000}}\n`,
    ],
    '#town 1700000000000 by ann',
  ],
  [
    'Teams',
    'teams.json',
    json({
      value: [
        {
          id: '1616990032035',
          messageType: 'message',
          from: { user: { displayName: 'Ann' } },
          body: { contentType: 'html', content: `<p>${TOKEN}</p>` },
          channelIdentity: { channelId: '19:x@thread' },
        },
      ],
    }),
    '19:x@thread 1616990032035 by Ann',
  ],
  [
    'Jira, the description of an issue',
    'jira.json',
    json({ issues: [{ id: '1', key: 'SHOP-12', fields: { summary: 'Broken', description: `see ${TOKEN}` } }] }),
    'SHOP-12',
  ],
  [
    'Jira, a comment',
    'jira.json',
    json({
      issues: [
        {
          id: '1',
          key: 'SHOP-12',
          fields: {
            summary: 'Broken',
            comment: {
              comments: [
                { id: '10001', body: 'no' },
                { id: '10002', body: `see ${TOKEN}` },
              ],
            },
          },
        },
      ],
    }),
    'SHOP-12 comment 10002',
  ],
  [
    'the feed of Jira',
    'jira.xml',
    [
      `<rss version="0.92"><channel><item><title>[SHOP-11] x</title><key id="1">SHOP-11</key></item><item><title>[SHOP-12] Broken</title><key id="2">SHOP-12</key><comments><comment id="3" author="ann">no</comment><comment id="4" author="ann">&lt;p&gt;${TOKEN}&lt;/p&gt;</comment></comments></item></channel></rss>`,
    ],
    'SHOP-12 comment 4',
  ],
  [
    'the backup of Jira',
    'entities.xml',
    [
      `<entity-engine-xml>\n<Issue id="7" key="SHOP-12" number="12" summary="Broken" description="${TOKEN}"/>\n</entity-engine-xml>\n`,
    ],
    'SHOP-12',
  ],
  [
    'Confluence',
    'pages.json',
    json({
      results: [
        {
          id: '98',
          type: 'page',
          title: 'Runbook',
          space: { key: 'OPS' },
          body: { storage: { value: `<p>${TOKEN}</p>`, representation: 'storage' } },
        },
      ],
    }),
    'OPS Runbook (98)',
  ],
  [
    'the backup of Confluence',
    'entities.xml',
    [
      `<hibernate-generic><object class="BodyContent" package="com.atlassian.confluence.core"><id name="id">5</id><property name="body"><![CDATA[<p>${TOKEN}</p>]]></property><property name="content" class="Page" package="p"><id name="id">98</id></property></object></hibernate-generic>`,
    ],
    'page 98',
  ],
  [
    'an issue of GitHub',
    'issues.json',
    json([
      {
        url: 'https://api.github.example/repos/acme/shop/issues/12',
        number: 12,
        title: 'Broken',
        comments: 0,
        comments_url: 'x',
        body: `see ${TOKEN}`,
      },
    ]),
    'acme/shop#12',
  ],
  [
    'a comment of GitHub',
    'comments.json',
    json([
      {
        html_url: 'https://github.example/acme/shop/issues/12#issuecomment-3',
        issue_url: 'x',
        id: 3,
        body: `see ${TOKEN}`,
      },
    ]),
    'acme/shop#12 comment 3',
  ],
  [
    'an issue of GitLab',
    'issues.ndjson',
    [`{"iid":12,"title":"Broken","description":"see ${TOKEN}","notes":[{"id":3,"note":"no"}]}\n`],
    '#12',
  ],
];

describe('a secret in an export is located by its message, issue or page', () => {
  it.each(cases)('%s', async (_, path, templates, item) => {
    for (const template of templates) {
      const { text } = expandMarked(template);
      const secrets = await secretsInFile(path, text);
      expect(secrets.map(({ rule, locations }) => [rule, locations.map((location) => location.item)])).toEqual([
        ['github/personal-access-token', [item]],
      ]);
    }
  });

  it('and not in other files', async () => {
    const { text } = expandMarked(`{"ts": "1700000000.000100", "user": "U01", "text": "${TOKEN}"}`);
    for (const path of ['notes.txt', 'config.yaml']) {
      const [secret] = await secretsInFile(path, text);
      expect(secret?.locations[0]).not.toHaveProperty('item');
    }
  });
});
