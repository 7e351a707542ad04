import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../errors.ts';
import { SecretValue } from '../../model/secret-value.ts';
import { credentialEnvironment, parseEnvOption } from '../client/credential-environment.ts';
import { type IssuerClient, printable } from '../client/issuer-client.ts';
import { type LeaseOptions, leaseCall } from '../client/lease-call.ts';
import { awaitLease, endLease, type LeaseAnswer, requestLease } from '../client/obtain-lease.ts';
import { addLeaseOptions, collect } from '../client/options.ts';
import { TOKEN_VARIABLES } from '../client/subject-token-source.ts';
import { tellWaiting } from '../client/tell-waiting.ts';
import type { CliCommand } from '../command.ts';
import type { CliContext } from '../context.ts';
import { describeError } from '../describe-error.ts';
import { catchSignals, exitCodeOf, passSignal, startChild } from '../run-child.ts';

interface ExecOptions extends LeaseOptions {
  readonly for: string;
  readonly env: readonly string[];
}

/** Failures of lapse itself, which no exit code of the command must be mistaken for. */
const OWN_FAILURE = 125;
const REVOKE_ATTEMPTS = 3;
const ELEVATION = 'urn:lapse:token-type:elevation';

/**
 * `lapse exec --for TARGET -- CMD`: runs a command with a leased credential in its environment, and takes the lease back when the command
 * ends, however it ends.
 */
export const command: CliCommand = {
  configure(command, cli, exit) {
    addLeaseOptions(command.argument('<command...>', 'the command and its arguments, after --'))
      .requiredOption('--for <target>', 'id of the target')
      .option('-e, --env <name=member>', 'put this member of the credential there, instead of the usual', collect, [])
      .action(async (argv: readonly string[]) => {
        try {
          exit(await execute(argv, command.optsWithGlobals<ExecOptions>(), cli));
        } catch (error) {
          cli.stderr.write(describeError(error, cli.env));
          exit(OWN_FAILURE);
        }
      });
  },
};

async function execute(argv: readonly string[], options: ExecOptions, cli: CliContext): Promise<number> {
  const [file, ...args] = argv;
  if (file === undefined) throw new AppError('ERR_USAGE', 'no command is named');
  const mapping = parseEnvOption(options.env);
  const { client, source, wish } = await leaseCall(cli, options, options.for);
  const stop = new AbortController();
  let child: ChildProcess | undefined;
  // From before the lease exists: a signal while it is being made must not leave it behind.
  const restore = catchSignals((signal) => {
    if (child === undefined) stop.abort();
    else passSignal(child, signal);
  });
  try {
    const lease = await obtain();
    try {
      tellElevation(lease, cli);
      if (stop.signal.aborted) throw new AppError('ERR_USAGE', 'interrupted before the command was started');
      const environment = childEnvironment(cli, options, credentialEnvironment(lease, mapping));
      child = startChild(file, args, environment, cli.cwd);
      child.once('error', (error) =>
        cli.stderr.write(`lapse: ${file}: cannot be run (${'code' in error ? error.code : error.name})\n`),
      );
      return await exitCodeOf(child);
    } finally {
      await giveBack(client, lease, cli);
    }
  } finally {
    restore();
  }

  async function obtain(): Promise<LeaseAnswer> {
    const result = await requestLease(client, source, wish);
    if ('granted' in result) return result.granted;
    tellWaiting(cli, result.pending);
    return awaitLease(client, source, result.pending, stop.signal);
  }
}

/** There is no secret in it, and nothing in the environment shows what the command may do now. */
function tellElevation(lease: LeaseAnswer, cli: CliContext): void {
  if (lease.issued_token_type !== ELEVATION) return;
  const given = printable(JSON.stringify(lease.credential));
  cli.stderr.write(`lapse: elevated for ${lease.expires_in} s: ${given}\n`);
}

/** The command gets the credential, and nothing with which it could ask for another one in our name. */
function childEnvironment(
  cli: CliContext,
  options: ExecOptions,
  credential: Readonly<Record<string, string>>,
): Record<string, string | undefined> {
  const environment: Record<string, string | undefined> = { ...cli.env, ...credential };
  for (const name of [...TOKEN_VARIABLES, options.staticKeyEnv])
    if (name !== undefined && !Object.hasOwn(credential, name)) delete environment[name];
  return environment;
}

/** The lease ends by itself, so a failure here is told and changes nothing about the command's own result. */
async function giveBack(client: IssuerClient, lease: LeaseAnswer, cli: CliContext): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await endLease(client, new SecretValue(lease.access_token));
      return;
    } catch (error) {
      const retry = error instanceof AppError && error.code === 'ERR_DAEMON_UNREACHABLE' && attempt < REVOKE_ATTEMPTS;
      if (retry) {
        await delay(attempt * 500);
        continue;
      }
      cli.stderr.write(
        `lapse: lease ${lease.lease_id} could not be ended now; it ends at its time, ${lease.expires_in} s after it began\n`,
      );
      if (error instanceof AppError) cli.stderr.write(describeError(error, cli.env));
      return;
    }
  }
}
