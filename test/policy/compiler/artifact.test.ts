import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assetPath } from '../../../src/assets.ts';
import { compilerManifest, readCompilerArtifact } from '../../../src/policy/compiler/artifact.ts';

describe('the committed compiler', () => {
  it('is what its manifest names', () => {
    const wasm = readCompilerArtifact();
    expect(createHash('sha256').update(wasm).digest('hex')).toBe(compilerManifest().wasm_sha256);
  });

  // Whether these sources give that artifact takes Go to tell: scripts/build-compiler.mjs --check.
  it('was built from the sources beside it', () => {
    const folder = assetPath('rego', 'compiler');
    const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');
    const lines = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.go$|^go\.(?:mod|sum)$/.test(name))
      .map((name) => `${name.replaceAll('\\', '/')} ${sha256(readFileSync(join(folder, name)))}\n`);
    expect(compilerManifest().source_sha256, 'run scripts/build-compiler.mjs').toBe(sha256(lines.sort().join('')));
  });

  it('names the versions of go.mod', () => {
    const module = readFileSync(assetPath('rego', 'compiler', 'go.mod'), 'utf8');
    const { go, opa } = compilerManifest();
    expect(module).toContain(`\ngo ${go}\n`);
    expect(module).toContain(`\nrequire github.com/open-policy-agent/opa ${opa}\n`);
  });
});
