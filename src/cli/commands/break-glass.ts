import { AppError } from '../../errors.ts';
import { type LeaseOptions, leaseCall } from '../client/lease-call.ts';
import { requestLease } from '../client/obtain-lease.ts';
import { addLeaseOptions } from '../client/options.ts';
import type { CliCommand } from '../command.ts';
import type { CliContext } from '../context.ts';

/** `lapse break-glass TARGET --reason …`: emergency access without prior approval, which is told at once and reviewed afterwards. */
export const command: CliCommand = {
  configure(command, cli, exit) {
    addLeaseOptions(command.argument('<target>', 'id of the target'))
      .addHelpText(
        'after',
        '\nIt takes a sign-in with a second factor a moment ago, a reason, and a policy that allows it. Everybody hears of it.',
      )
      .action(async (target: string) => {
        await breakGlass(target, command.optsWithGlobals<LeaseOptions>(), cli);
        exit(0);
      });
  },
};

async function breakGlass(target: string, options: LeaseOptions, cli: CliContext): Promise<void> {
  if ((options.reason ?? '').trim() === '') throw new AppError('ERR_USAGE', 'emergency access needs a --reason');
  const { client, source, wish } = await leaseCall(cli, options, target);
  const result = await requestLease(client, source, { ...wish, breakGlass: true }).catch((error: unknown) => {
    if (!(error instanceof AppError) || error.code !== 'ERR_STEP_UP_REQUIRED') throw error;
    throw new AppError(error.code, error.message, {
      hint: 'sign in again: lapse login --code …, with the second factor that "lapse operator totp" sets up, or at the identity provider',
      cause: error,
    });
  });
  if (!('granted' in result)) throw new AppError('ERR_DAEMON_ANSWER', `${client.url}: emergency access does not wait`);
  cli.stderr.write('emergency access: it is on record, and somebody else will review it (lapse reviews)\n');
  cli.stdout.write(`${JSON.stringify(result.granted, null, 2)}\n`);
}
