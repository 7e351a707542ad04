import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { agentsScanner } from '../../scanners/agents/index.ts';
import { ansibleScanner } from '../../scanners/ansible/index.ts';
import { circleciScanner } from '../../scanners/circleci/index.ts';
import { composeScanner } from '../../scanners/compose/index.ts';
import { githubScanner } from '../../scanners/github/index.ts';
import { gitlabScanner } from '../../scanners/gitlab/index.ts';
import { helmScanner } from '../../scanners/helm/index.ts';
import { jenkinsScanner } from '../../scanners/jenkins/index.ts';
import { sshScanner } from '../../scanners/ssh/index.ts';
import { systemdScanner } from '../../scanners/systemd/index.ts';
import type { Scanner } from '../../src/scan/scanner.ts';
import { scanBytes } from './scan-bytes.ts';

const SCANNERS: readonly Scanner[] = [
  agentsScanner,
  ansibleScanner,
  circleciScanner,
  composeScanner,
  githubScanner,
  gitlabScanner,
  helmScanner,
  jenkinsScanner,
  sshScanner,
  systemdScanner,
];

const options = { fingerprint: () => 'f' };

/** The fixtures of a scanner, which are what its files look like. */
function filesOf(id: string, without = ''): readonly (readonly [string, string])[] {
  const root = new URL(`../fixtures/scanners/${id}/`, import.meta.url).pathname;
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'expected.json')
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => without === '' || !path.startsWith(`${root}${without}/`))
    .map((path) => [path.slice(root.length).replace(/^[^/]+\/input\//, ''), readFileSync(path, 'utf8')] as const);
}

describe.each(SCANNERS.map((scanner) => [scanner.id, scanner] as const))('%s', (id, scanner) => {
  test('a file that is cut or damaged anywhere fails but by saying so, and has no more to say of keys', async () => {
    const file = fc.constantFrom(...filesOf(id));
    const damage = fc.constantFrom(
      '',
      '"',
      "'",
      '{',
      '[',
      '<',
      '\\',
      '\0',
      ': ',
      '\n- ',
      '\u202e',
      '&a *a',
      '${{',
      '${',
      'null',
      '\r',
    );
    await fc.assert(
      fc.asyncProperty(
        file,
        fc.double({ min: 0, max: 1, noNaN: true }),
        damage,
        fc.boolean(),
        async ([path, text], where, put, cut) => {
          const at = Math.floor(text.length * where);
          const content = text.slice(0, at) + put + (cut ? '' : text.slice(at));
          const { facts } = await scanBytes(scanner, path, content, options);
          for (const { body } of facts) expect(body.locations.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('it claims nothing of other scanners, and no text of any kind', async () => {
    const others = SCANNERS.filter((other) => other !== scanner).flatMap((other) =>
      filesOf(other.id, 'look-alikes').map(([path, text]) => [other.id, path, text] as const),
    );
    const claimed: string[] = [];
    for (const [other, path, text] of others) {
      const head = Buffer.from(text);
      const format = scanner.recognise({ path, size: head.length, text, head, binary: false });
      if (format !== undefined) claimed.push(`${other}: ${path}`);
    }
    expect(claimed).toEqual([]);
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('a.json', 'a.yml', 'a.xml', 'a', 'a.ini', 'a.txt'), (text, path) => {
        const head = Buffer.from(text);
        expect(scanner.recognise({ path, size: head.length, text, head, binary: false })).toBeUndefined();
      }),
    );
  });
});

describe('many of what makes readers slow', () => {
  test.each<[Scanner, string, string, string]>([
    [jenkinsScanner, 'config.xml', '<hudson>', '<!--'],
    [jenkinsScanner, 'config.xml', '<hudson>', '<a '],
    [jenkinsScanner, 'config.xml', '<hudson a', 'a'],
    [jenkinsScanner, 'Jenkinsfile', 'node {\n', '/*'],
    [jenkinsScanner, 'Jenkinsfile', 'node {\n', 'credentials("a") '],
    [jenkinsScanner, 'Jenkinsfile', 'node {\n', '"\''],
    [systemdScanner, 'a.service', '[Service]\nA=', '\\\n'],
    [systemdScanner, 'a.service', '[Service]\nEnvironment=', 'A="'],
    [sshScanner, 'authorized_keys', 'ssh-rsa AAAA\n', 'a'],
    [sshScanner, 'authorized_keys', 'ssh-rsa AAAA\n', 'a,"'],
    [ansibleScanner, 'hosts.ini', '[a]\nb ansible_user=c ', 'a'],
    [ansibleScanner, 'hosts.ini', '[a]\nb ansible_user=c ', 'a="'],
    [agentsScanner, '.mcp.json', '{"mcpServers": {', '/*'],
    [agentsScanner, '.mcp.json', '{"mcpServers": {', ','],
    [gitlabScanner, '.gitlab-ci.yml', 'a: {script: "', 'a@'],
    [composeScanner, 'compose.yml', 'services:\n', '  \n'],
  ])('%o %s %s%s', { timeout: 20_000 }, async (scanner, path, start, part) => {
    const started = performance.now();
    await scanBytes(scanner, path, start + part.repeat(300_000 / part.length), options);
    expect(performance.now() - started).toBeLessThan(15_000);
  });
});
