#!/usr/bin/env node
// Builds rego/compiler/compiler.wasm.br from the Go source beside it; with --check compares instead.
// The same source gives the same bytes anywhere: Go is pinned in go.mod, OPA in go.sum, and nothing of the machine
// (paths, time, version control) goes into the build. Brotli's own output may differ between versions of Node, so that
// what is compared is the unpacked file.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';

const folder = fileURLToPath(new URL('../rego/compiler/', import.meta.url));
const artifact = join(folder, 'compiler.wasm.br');
const manifest = join(folder, 'compiler.json');

const source = sourceHash();
if (process.argv.includes('--check')) check();
else build();

function build() {
  const wasm = compile();
  const packed = brotliCompressSync(wasm, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: wasm.length,
    },
  });
  writeFileSync(artifact, packed);
  const facts = { ...versions(), source_sha256: source, wasm_sha256: sha256(wasm) };
  writeFileSync(manifest, `${JSON.stringify(facts, null, 2)}\n`);
  console.log(`compiler.wasm.br: ${packed.length} bytes, unpacked ${wasm.length}, sha256 ${facts.wasm_sha256}`);
}

function check() {
  const facts = JSON.parse(readFileSync(manifest, 'utf8'));
  const unpacked = sha256(brotliDecompressSync(readFileSync(artifact)));
  if (unpacked !== facts.wasm_sha256) fail('compiler.wasm.br is not what compiler.json names');
  if (source !== facts.source_sha256) fail('the Go source has changed since compiler.wasm.br was built');
  if (sha256(compile()) !== unpacked) fail('compiler.wasm.br is not what the source gives');
  console.log(`compiler.wasm.br is what the source gives: sha256 ${unpacked}`);
}

function compile() {
  requireGo();
  const output = mkdtempSync(join(tmpdir(), 'lapse-compiler-'));
  try {
    const file = join(output, 'compiler.wasm');
    const flags = ['-buildmode=c-shared', '-trimpath', '-buildvcs=false', '-ldflags=-s -w -buildid='];
    go(['build', ...flags, '-o', file, '.']);
    return readFileSync(file);
  } finally {
    rmSync(output, { recursive: true });
  }
}

function requireGo() {
  const { go: wanted } = versions();
  let found;
  try {
    found = go(['env', 'GOVERSION']).trim();
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    fail(`Go ${wanted} is needed to build the Rego compiler, and there is no Go in PATH`);
  }
  if (found !== `go${wanted}`) fail(`go.mod pins Go ${wanted}, and the Go in PATH is ${found}`);
}

/** Whatever the environment says of flags and experiments would change the bytes. */
function go(args) {
  const env = { ...process.env, GOOS: 'wasip1', GOARCH: 'wasm', CGO_ENABLED: '0', GOTOOLCHAIN: 'local' };
  for (const name of ['GOFLAGS', 'GOEXPERIMENT', 'GOWASM', 'GOWORK']) env[name] = name === 'GOWORK' ? 'off' : '';
  return execFileSync('go', args, { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

function versions() {
  const text = readFileSync(join(folder, 'go.mod'), 'utf8');
  return { go: /^go (\S+)$/m.exec(text)[1], opa: /^require github\.com\/open-policy-agent\/opa (\S+)$/m.exec(text)[1] };
}

function sourceHash() {
  const files = readdirSync(folder, { recursive: true }).filter((name) =>
    /\.go$|(?:^|[\\/])go\.(?:mod|sum)$/.test(name),
  );
  const lines = files.map((name) => `${name.replaceAll('\\', '/')} ${sha256(readFileSync(join(folder, name)))}\n`);
  return sha256(lines.sort().join(''));
}

function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}

function fail(message) {
  console.error(`build-compiler: ${message}`);
  process.exit(1);
}
