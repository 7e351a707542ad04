/**
 * Scans two corpora that it makes: 10,000 files of 100 MB with some secrets in them, and one AWS export of 200 MB, each
 * with all built-in scanners. Run by hand, best after a build: `node --import ./test/support/typescript-loader.mjs
 * bench/scan.ts [tree] [export]`. Each runs in a process of its own, so that its memory is its own.
 */
import { spawnSync } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scanners } from '../scanners/index.ts';
import { filesFromExports } from '../src/scan/files-from-exports.ts';
import { filesFromWorkingTree } from '../src/scan/files-from-working-tree.ts';
import { runScan } from '../src/scan/run.ts';

const MEGABYTE = 1_000_000;

interface Corpus {
  /** The most that the scan may take, in MB of resident memory. */
  readonly limit: number;
  make(folder: string): void;
  source(folder: string): ReturnType<typeof filesFromWorkingTree>;
}

const corpora: Readonly<Record<string, Corpus>> = {
  tree: { limit: 300, make: makeTree, source: (folder) => filesFromWorkingTree({ base: folder }) },
  export: {
    limit: 500,
    make: makeExport,
    source: (folder) => filesFromExports([{ path: 'account.json', scanner: 'aws' }], { cwd: folder }),
  },
};

/** Text of the kind that programs are made of: the same for the same number. */
function* lines(seed: number): Generator<string> {
  const words =
    'const value function return import export from string token key password user config server client'.split(' ');
  for (let count = 0; ; count++) {
    const digest = createHash('md5').update(`${seed} ${count}`).digest();
    const picked = [...digest.subarray(0, 9)].map((byte) => words[byte % words.length]);
    yield `  ${picked.slice(0, 3).join(' ')} = ${picked.slice(3).join('.')}(${digest.readUInt16LE(10)});\n`;
  }
}

function makeTree(folder: string): void {
  for (let file = 0; file < 10_000; file++) {
    const directory = join(folder, `part-${file % 100}`);
    mkdirSync(directory, { recursive: true });
    let text = file % 100 === 0 ? `db_password = "${createHash('md5').update(`secret ${file}`).digest('hex')}!"\n` : '';
    for (const line of lines(file)) {
      text += line;
      if (text.length >= 10_000) break;
    }
    writeFileSync(join(directory, `file-${file}.ts`), text);
  }
}

/** `aws iam get-account-authorization-details` of an account with very many users, each with a policy of its own. */
function makeExport(folder: string): void {
  const file = openSync(join(folder, 'account.json'), 'w');
  writeSync(file, '{\n    "UserDetailList": [\n');
  for (let user = 0, size = 0; size < 200 * MEGABYTE; user++) {
    const name = `user-${user}`;
    const statements = Array.from({ length: 20 }, (_, index) => ({
      Sid: `S${index}`,
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:PutObject', `dynamodb:${index % 2 === 0 ? 'Query' : 'GetItem'}`],
      Resource: [`arn:aws:s3:::bucket-${user}-${index}/*`],
    }));
    const detail = {
      Path: '/',
      UserName: name,
      UserId: `AIDA${createHash('md5').update(name).digest('hex').slice(0, 16).toUpperCase()}`,
      Arn: `arn:aws:iam::123456789012:user/${name}`,
      CreateDate: '2025-01-01T00:00:00+00:00',
      UserPolicyList: [{ PolicyName: 'own', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
      GroupList: [],
      AttachedManagedPolicies: [],
      Tags: [],
    };
    size += writeSync(file, `${user === 0 ? '' : ',\n'}${JSON.stringify(detail, undefined, 2)}`);
  }
  writeSync(file, '\n    ],\n    "GroupDetailList": [],\n    "RoleDetailList": [],\n    "Policies": []\n}\n');
  closeSync(file);
}

async function measure(name: string, folder: string): Promise<void> {
  const corpus = corpora[name];
  if (corpus === undefined) throw new Error(`no corpus ${name}`);
  const began = performance.now();
  let facts = 0;
  const result = await runScan({
    sources: [corpus.source(folder)],
    scanners,
    context: {
      now: new Date(),
      cluster: 'bench',
      fingerprint: (value) => createHmac('sha256', 'bench').update(value).digest('hex'),
    },
    sink: async (batch) => {
      facts += batch.length;
    },
  });
  const seconds = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage();
  const megabytes = result.files.bytes / MEGABYTE;
  const peak = process.resourceUsage().maxRSS / 1_024;
  console.log(
    `${name}: ${result.files.read} files, ${megabytes.toFixed(0)} MB, ${facts} facts, ${result.problems.length} problems in ${seconds.toFixed(1)} s ` +
      `(${(megabytes / seconds).toFixed(0)} MB/s, ${(megabytes / ((user + system) / 1e6)).toFixed(0)} MB per CPU-s), ` +
      `peak ${peak.toFixed(0)} MB of ${corpus.limit}${peak > corpus.limit ? ': TOO MUCH' : ''}`,
  );
}

const [first, second, ...rest] = process.argv.slice(2);
if (first === '--measure' && second !== undefined) await measure(second, rest[0] ?? '.');
else {
  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.versions.node}`);
  for (const name of first === undefined ? Object.keys(corpora) : process.argv.slice(2)) {
    const folder = mkdtempSync(join(tmpdir(), 'lapse-bench-'));
    try {
      corpora[name]?.make(folder);
      spawnSync(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), '--measure', name, folder], {
        stdio: 'inherit',
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
