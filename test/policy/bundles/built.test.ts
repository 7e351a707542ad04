import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseBundle } from '../../../src/policy/bundles/parse-bundle.ts';
import { readArchive } from '../../../src/policy/bundles/read-archive.ts';
import { readFolder } from '../../../src/policy/bundles/read-folder.ts';
import { testSigner } from '../../support/bundles.ts';
import { runCli } from '../../support/run-cli.ts';

const limits = { maxSize: 1e6 };
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lapse-built-'));
  mkdirSync(join(folder, 'policies/custom/limits'), { recursive: true });
  writeFileSync(
    join(folder, 'policies/access.rego'),
    'package custom.access\n\ndecision := {"effect": "deny", "rule": "closed"}\n',
  );
  writeFileSync(join(folder, 'policies/custom/limits/data.yaml'), 'hours: 1.50\nbig: 12345678901234567890\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('what "lapse policy build" makes', () => {
  it('is taken with the signature that it has', async () => {
    const signer = testSigner();
    writeFileSync(join(folder, 'key.pem'), signer.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const signing = ['--signing-key', 'key.pem', '--signing-alg', 'ES256', '--signing-key-id', 'release'];
    const built = await runCli(['policy', 'build', 'policies', '-o', 'b.tar.gz', '--revision', 'v7', ...signing], {
      cwd: folder,
    });
    expect(built).toMatchObject({ code: 0 });
    const files = await readArchive(readFileSync(join(folder, 'b.tar.gz')), limits);
    const signature = { keys: new Map([['release', { algorithm: 'ES256', key: signer.publicKey }]]) };
    const bundle = await parseBundle(files, { name: 'team', now: new Date(), signature });
    expect(bundle).toMatchObject({ revision: 'v7', signedBy: 'release', roots: ['custom'] });
    expect(Object.values(bundle.folder.modules)).toEqual([expect.stringContaining('"closed"')]);
    expect(bundle.folder.data).toMatchObject({ custom: { limits: { hours: 1.5 } } });
  });

  it('is refused where it is compiled', async () => {
    expect(
      await runCli(['policy', 'build', 'policies', '--target', 'wasm', '-o', 'b.tar.gz'], { cwd: folder }),
    ).toMatchObject({ code: 0 });
    const files = await readArchive(readFileSync(join(folder, 'b.tar.gz')), limits);
    await expect(parseBundle(files, { name: 'team', now: new Date() })).rejects.toThrow(
      /policy\.wasm: is a compiled policy/,
    );
  });
});

describe('readFolder', () => {
  it('reads a folder as Kubernetes mounts one', async () => {
    mkdirSync(join(folder, 'mounted/..2026_11_23'), { recursive: true });
    writeFileSync(join(folder, 'mounted/..2026_11_23/access.rego'), 'package custom.access');
    symlinkSync('..2026_11_23', join(folder, 'mounted/..data'));
    symlinkSync('..data/access.rego', join(folder, 'mounted/access.rego'));
    expect([...(await readFolder(join(folder, 'mounted'), limits)).keys()]).toEqual(['access.rego']);
  });

  it('refuses links that lead out of it, or around', async () => {
    symlinkSync('/etc/hostname', join(folder, 'policies/x.rego'));
    await expect(readFolder(join(folder, 'policies'), limits)).rejects.toThrow(/^x\.rego: a link out of the folder/);
    rmSync(join(folder, 'policies/x.rego'));
    symlinkSync('custom', join(folder, 'policies/round'));
    await expect(readFolder(join(folder, 'policies'), limits)).rejects.toThrow(/^round: neither a file nor a folder/);
  });

  it('keeps to the limit', async () => {
    await expect(readFolder(join(folder, 'policies'), { maxSize: 50 })).rejects.toThrow(/more than 50 bytes/);
  });
});
