import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assetPath } from '../../../../src/assets.ts';
import { readParserArtifact } from '../../../../src/scan/formats/hcl/artifact.ts';

const FOLDER = ['scanners', 'terraform', 'parser'] as const;
const manifest = JSON.parse(readFileSync(assetPath(...FOLDER, 'parser.json'), 'utf8')) as Record<string, string>;
const sha256 = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex');

describe('the committed parser', () => {
  it('is what its manifest names', () => {
    expect(sha256(readParserArtifact())).toBe(manifest.wasm_sha256);
  });

  // Whether these sources give that artifact takes Go to tell: scripts/build-hcl.mjs --check.
  it('was built from the sources beside it', () => {
    const lines = readdirSync(assetPath(...FOLDER), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.go$|^go\.(?:mod|sum)$/.test(name))
      .map((name) => `${name.replaceAll('\\', '/')} ${sha256(readFileSync(join(assetPath(...FOLDER), name)))}\n`);
    expect(manifest.source_sha256, 'run scripts/build-hcl.mjs').toBe(sha256(lines.sort().join('')));
  });

  it('names the versions of go.mod', () => {
    const module = readFileSync(assetPath(...FOLDER, 'go.mod'), 'utf8');
    expect(module).toContain(`\ngo ${manifest.go}\n`);
    expect(module).toContain(`github.com/hashicorp/hcl/v2 ${manifest.hcl}\n`);
  });
});
