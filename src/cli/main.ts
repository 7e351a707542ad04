import { Command, CommanderError } from 'commander';
import { AppError } from '../errors.ts';
import { COMMANDS } from './commands.ts';
import type { CliContext } from './context.ts';
import { describeError } from './describe-error.ts';
import { packageVersion } from './version.ts';

/**
 * Runs one command line and returns its exit code: 0 clean, 1 findings or drift, otherwise that of the error (`src/errors.ts`).
 *
 * @param argv - without the interpreter and the script.
 */
export async function run(argv: readonly string[], cli: CliContext): Promise<number> {
  let exitCode = 0;
  try {
    const program = await buildProgram(argv, cli, (code) => {
      exitCode = code;
    });
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has printed its message already; help and --version end with code 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    cli.stderr.write(describeError(error, cli.env));
    return error instanceof AppError ? error.kind.exit : 70;
  }
}

async function buildProgram(argv: readonly string[], cli: CliContext, exit: (code: number) => void): Promise<Command> {
  const program = new Command('lapse')
    .description('policy-as-code for non-human identities: see, judge, swap, watch')
    .version(packageVersion())
    .option('--config <file>', 'path of lapse.yaml')
    .option('--store <store>', 'inventory store: a SQLite file')
    .option('-q, --quiet', 'no progress and no summaries on stderr')
    .option('--no-color', 'no colour, also by NO_COLOR=1')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => cli.stdout.write(text),
      writeErr: (text) => cli.stderr.write(text),
    })
    .showHelpAfterError('(run the command with --help for its options)');
  const asked = new Set(argv);
  for (const entry of COMMANDS) {
    const command = program.command(entry.name).description(entry.summary);
    if (asked.has(entry.name)) (await entry.load()).command.configure(command, cli, exit);
  }
  return program;
}

function processContext(): CliContext {
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    env: process.env,
    cwd: process.cwd(),
    color: process.stdout.isTTY === true && !process.env.NO_COLOR && !process.argv.includes('--no-color'),
    now: () => new Date(),
  };
}

/** Whoever reads our output may stop early (`lapse ls | head`): that is no error. */
function endQuietlyOnClosedPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : 70);
  });
}

export async function main(): Promise<void> {
  endQuietlyOnClosedPipe();
  process.exitCode = await run(process.argv.slice(2), processContext());
}
