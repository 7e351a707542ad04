import { readFileSync } from 'node:fs';
import { assetPath } from '../../../assets.ts';
import { AppError } from '../../../errors.ts';
import { unpackWasm } from '../../../wasm/unpack.ts';

const FOLDER = ['scanners', 'terraform', 'parser'] as const;

/** The shipped parser, unpacked (some 7 MB) and checked against its manifest. */
export function readParserArtifact(): Uint8Array {
  const manifest: unknown = JSON.parse(readFileSync(assetPath(...FOLDER, 'parser.json'), 'utf8'));
  const sha256 = typeof manifest === 'object' && manifest !== null && 'wasm_sha256' in manifest && manifest.wasm_sha256;
  const wasm = unpackWasm(assetPath(...FOLDER, 'parser.wasm.br'), String(sha256));
  if (wasm !== undefined) return wasm;
  throw new AppError('ERR_INTERNAL', 'scanners/terraform/parser/parser.wasm.br is not what parser.json names', {
    hint: 'install lapse again, or run scripts/build-hcl.mjs',
  });
}
