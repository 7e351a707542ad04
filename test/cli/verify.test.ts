import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { askableAcmeRules, askableAcmeToken } from '../support/acme-rules.ts';
import { testRepository } from '../support/repository.ts';
import { runCli } from '../support/run-cli.ts';
import { startVendorServer } from '../support/vendor-server.ts';

async function bench() {
  const server = await startVendorServer(({ headers }) => ({
    status: headers.authorization === `Bearer ${askableAcmeToken('c')}` ? 401 : 200,
  }));
  const repository = testRepository({ 'gone.env': `TOKEN=${askableAcmeToken('a')}\n` });
  onTestFinished(async () => {
    repository.close();
    await server.close();
  });
  repository.remove('gone.env');
  repository.write({
    'lapse.yaml': 'version: 1\nscan: {rules: [acme.yaml]}\nverify: {ca: ca.pem, interval: 1s}\n',
    'acme.yaml': askableAcmeRules(server.host),
    'ca.pem': server.ca,
    'live.env': `TOKEN=${askableAcmeToken('b')}\n`,
  });
  writeFileSync(join(repository.path, 'old.gz'), gzipSync(`TOKEN=${askableAcmeToken('c')}\n`));
  repository.commit('forget one, keep two');
  const lapse = (...argv: string[]) => runCli(argv, { cwd: repository.path });
  return { server, lapse };
}

describe('lapse verify', () => {
  it('reads files, members of archives and history again, by the rules of the configuration', async () => {
    const { server, lapse } = await bench();
    await lapse('scan', '--git-history', '--fail-on', 'none');
    expect(server.received).toEqual([]);
    const { code, stdout, stderr } = await lapse('verify', '--git-history', '--format', 'json');
    const { secrets, problems } = JSON.parse(stdout) as {
      secrets: { path: string; validity: string; rule: string }[];
      problems: unknown[];
    };
    expect(problems).toEqual([]);
    expect(Object.fromEntries(secrets.map(({ path, validity }) => [path, validity]))).toEqual({
      'gone.env': 'active',
      'live.env': 'active',
      'old.gz!/old': 'inactive',
    });
    expect(stderr).toContain('verified 3 secrets: 2 work, 1 do not, 0 unclear');
    expect(code).toBe(1);
    expect(server.received).toHaveLength(3);
    for (const letter of ['a', 'b', 'c']) expect(stdout + stderr).not.toContain(askableAcmeToken(letter));
  });

  it('asks about one secret by its place', async () => {
    const { server, lapse } = await bench();
    await lapse('scan', '--fail-on', 'none');
    const { code, stdout } = await lapse('verify', 'live.env:1');
    expect(stdout).toMatch(/^active {4}Acme token {2}live\.env:1 {2}secret:/);
    expect([code, server.received.length]).toEqual([1, 1]);
  });

  it('is part of a scan that is asked to', async () => {
    const { lapse } = await bench();
    const { stdout } = await lapse('scan', '--verify', '--fail-on', 'none', '--format', 'json');
    const { secrets } = JSON.parse(stdout) as { secrets: { path: string; validity: string }[] };
    expect(Object.fromEntries(secrets.map(({ path, validity }) => [path, validity]))).toEqual({
      'live.env': 'active',
      'old.gz!/old': 'inactive',
    });
  });
});
