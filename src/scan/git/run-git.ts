import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { AppError } from '../../errors.ts';
import { gitEnvironment } from './git-environment.ts';
import type { GitRepository } from './open-repository.ts';

/**
 * Options that switch off whatever could run a program or reach the network. The repository's own configuration is not
 * read at all (see `open-repository.ts`); these hold should a future git find another way to it.
 */
const SAFE_OPTIONS = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'core.pager=cat',
  'core.askPass=',
  'core.sshCommand=false',
  'core.attributesFile=/dev/null',
  'core.commitGraph=false',
  'core.quotePath=false',
  'credential.helper=',
  'diff.external=',
  'gc.auto=0',
  'log.showSignature=false',
  'maintenance.auto=false',
  'protocol.allow=never',
  'safe.directory=*',
  'submodule.recurse=false',
].flatMap((option) => ['-c', option]);

/** Starts git on a repository. Callers never pass text of others as an option: revisions go behind `--end-of-options`. */
export function startGit(repository: GitRepository, args: readonly string[]): ChildProcessWithoutNullStreams {
  return spawn('git', [...SAFE_OPTIONS, '--no-pager', ...args], {
    cwd: repository.isolatedDirectory,
    env: { ...gitEnvironment(process.env), ...repository.environment },
    stdio: 'pipe',
  });
}

/**
 * Runs git and returns what it wrote.
 *
 * @throws AppError ERR_SCAN_GIT when it fails or is not there.
 */
export async function runGit(repository: GitRepository, args: readonly string[], input = ''): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of streamGit(repository, args, input)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** As `runGit`, in chunks as they come. */
export async function* streamGit(
  repository: GitRepository,
  args: readonly string[],
  input = '',
): AsyncGenerator<Buffer> {
  const child = startGit(repository, args);
  const ended = gitEnd(child, args[0] ?? '');
  // A failure is awaited below; it must not count as unhandled while output is still read.
  ended.catch(() => undefined);
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  try {
    for await (const chunk of child.stdout) yield chunk;
    await ended;
  } finally {
    if (child.exitCode === null) child.kill();
  }
}

/** Settles when the process has ended: fails with what it said, when it did not end well. */
export function gitEnd(child: ChildProcessWithoutNullStreams, command: string): Promise<void> {
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    if (said.length < 2_000) said += chunk.toString('utf8');
  });
  return new Promise((resolve, reject) => {
    child.on('error', (cause) => {
      reject(
        new AppError('ERR_SCAN_GIT', 'git cannot be started', { cause, hint: 'install git, or put it on the PATH' }),
      );
    });
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new AppError('ERR_SCAN_GIT', `git ${command} failed: ${firstLine(said)}`));
    });
  });
}

/** Names in a repository are anybody's: nothing that a terminal would obey comes through. */
function firstLine(text: string): string {
  const line = text.trim().split('\n')[0] ?? '';
  return line.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 300) || 'no reason given';
}
