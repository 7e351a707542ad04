// Builds a WebAssembly file from the Go source beside it; with --check compares instead.
// The same source gives the same bytes anywhere: Go is pinned in go.mod, what it is made of in go.sum, and nothing of the
// machine (paths, time, version control) goes into the build. Brotli's own output may differ between versions of Node, so that
// what is compared is the unpacked file.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';

/**
 * @param script - whose messages these are.
 * @param folder - of the Go module, from the root of the repository.
 * @param name - of the artifact: `<name>.wasm.br`, and its manifest `<name>.json`.
 * @param made - name in the manifest of what the program is made of, and its Go module: its version is kept too.
 */
export function goArtifact(script, { folder: path, name, made }) {
  const folder = fileURLToPath(new URL(`../${path}/`, import.meta.url));
  const artifact = join(folder, `${name}.wasm.br`);
  const manifest = join(folder, `${name}.json`);
  const module = readFileSync(join(folder, 'go.mod'), 'utf8');
  const wanted = /^go (\S+)$/m.exec(module)[1];
  const [label, dependency] = made;
  const version = module
    .split('\n')
    .map((line) =>
      line
        .replace(/^require/, '')
        .trim()
        .split(' '),
    )
    .find(([one]) => one === dependency)[1];
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
    const facts = { go: wanted, [label]: version, source_sha256: source, wasm_sha256: sha256(wasm) };
    writeFileSync(manifest, `${JSON.stringify(facts, null, 2)}\n`);
    console.log(`${name}.wasm.br: ${packed.length} bytes, unpacked ${wasm.length}, sha256 ${facts.wasm_sha256}`);
  }

  function check() {
    const facts = JSON.parse(readFileSync(manifest, 'utf8'));
    const unpacked = sha256(brotliDecompressSync(readFileSync(artifact)));
    if (unpacked !== facts.wasm_sha256) fail(`${name}.wasm.br is not what ${name}.json names`);
    if (source !== facts.source_sha256) fail(`the Go source has changed since ${name}.wasm.br was built`);
    if (sha256(compile()) !== unpacked) fail(`${name}.wasm.br is not what the source gives`);
    console.log(`${name}.wasm.br is what the source gives: sha256 ${unpacked}`);
  }

  function compile() {
    requireGo();
    const output = mkdtempSync(join(tmpdir(), `lapse-${name}-`));
    try {
      const file = join(output, `${name}.wasm`);
      const flags = ['-buildmode=c-shared', '-trimpath', '-buildvcs=false', '-ldflags=-s -w -buildid='];
      go(['build', ...flags, '-o', file, '.']);
      return readFileSync(file);
    } finally {
      rmSync(output, { recursive: true });
    }
  }

  function requireGo() {
    let found;
    try {
      found = go(['env', 'GOVERSION']).trim();
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
      fail(`Go ${wanted} is needed to build ${path}, and there is no Go in PATH`);
    }
    if (found !== `go${wanted}`) fail(`go.mod pins Go ${wanted}, and the Go in PATH is ${found}`);
  }

  /** Whatever the environment says of flags and experiments would change the bytes. */
  function go(args) {
    const env = { ...process.env, GOOS: 'wasip1', GOARCH: 'wasm', CGO_ENABLED: '0', GOTOOLCHAIN: 'local' };
    for (const name of ['GOFLAGS', 'GOEXPERIMENT', 'GOWASM', 'GOWORK']) env[name] = name === 'GOWORK' ? 'off' : '';
    return execFileSync('go', args, { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  }

  function sourceHash() {
    const files = readdirSync(folder, { recursive: true }).filter((name) =>
      /\.go$|(?:^|[\\/])go\.(?:mod|sum)$/.test(name),
    );
    const lines = files.map((name) => `${name.replaceAll('\\', '/')} ${sha256(readFileSync(join(folder, name)))}\n`);
    return sha256(lines.sort().join(''));
  }

  function fail(message) {
    console.error(`${script}: ${message}`);
    process.exit(1);
  }
}

function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}
