import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { assetPath } from '../../assets.ts';
import { AppError } from '../../errors.ts';
import { unpackWasm } from '../../wasm/unpack.ts';

const manifestSchema = z.object({
  /** Of the unpacked WASM, in hex. */
  wasm_sha256: z.string().regex(/^[0-9a-f]{64}$/),
  source_sha256: z.string().regex(/^[0-9a-f]{64}$/),
  opa: z.string(),
  go: z.string(),
});

export type CompilerManifest = z.infer<typeof manifestSchema>;

/** What the shipped compiler is: its hash and the versions it was built from. Cheap; does not unpack it. */
export function compilerManifest(): CompilerManifest {
  return manifestSchema.parse(JSON.parse(readFileSync(assetPath('rego', 'compiler', 'compiler.json'), 'utf8')));
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
