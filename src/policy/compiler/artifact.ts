import { readFileSync } from 'node:fs';
import { assetPath } from '../../assets.ts';
import { AppError } from '../../errors.ts';
import { unpackWasm } from '../../wasm/unpack.ts';

export interface CompilerManifest {
  /** Of the unpacked WASM, in hex. */
  readonly wasm_sha256: string;
  readonly source_sha256: string;
  readonly opa: string;
  readonly go: string;
}

/** What the shipped compiler is: its hash and the versions it was built from. Cheap; does not unpack it. */
export function compilerManifest(): CompilerManifest {
  return JSON.parse(readFileSync(assetPath('rego', 'compiler', 'compiler.json'), 'utf8'));
}

/**
 * The shipped compiler, unpacked (some 40 MB) and checked against its manifest.
 *
 * @throws AppError `ERR_POLICY_COMPILER` when the file is not the one that the manifest names.
 */
export function readCompilerArtifact(): Uint8Array {
  const wasm = unpackWasm(assetPath('rego', 'compiler', 'compiler.wasm.br'), compilerManifest().wasm_sha256);
  if (wasm === undefined)
    throw new AppError(
      'ERR_POLICY_COMPILER',
      'rego/compiler/compiler.wasm.br is not the artifact that compiler.json names',
      {
        hint: 'install lapse again, or run scripts/build-compiler',
      },
    );
  return wasm;
}
