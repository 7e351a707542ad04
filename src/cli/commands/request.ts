import { type LeaseOptions, leaseCall } from '../client/lease-call.ts';
import { awaitLease, claimLease, requestLease } from '../client/obtain-lease.ts';
import { addLeaseOptions, moment } from '../client/options.ts';
import { tellWaiting } from '../client/tell-waiting.ts';
import type { CliCommand } from '../command.ts';
import type { CliContext } from '../context.ts';

interface RequestOptions extends LeaseOptions {
  readonly wait: boolean;
  readonly claim?: string;
}

/** `lapse request TARGET`: asks for a credential and prints it as JSON; waits when a human must answer first. */
export const command: CliCommand = {
  configure(command, cli, exit) {
    addLeaseOptions(command.argument('<target>', 'id of the target'))
      .option('--from <moment>', 'ask ahead: when it should begin, such as 2026-12-01T02:00Z', moment)
      .option('--no-wait', 'when a human must answer, print the id of the request instead of waiting')
      .option('--claim <request>', 'go on with a request that was not waited for')
      .action(async (target: string) => {
        await request(target, command.optsWithGlobals<RequestOptions>(), cli);
        exit(0);
      });
  },
};

async function request(target: string, options: RequestOptions, cli: CliContext): Promise<void> {
  const { client, source, wish } = await leaseCall(cli, options, target);
  const result =
    options.claim === undefined
      ? await requestLease(client, source, wish)
      : await claimLease(client, source, options.claim);
  if ('granted' in result) return print(cli, result.granted);
  const { auth_req_id, expires_in, interval, not_before } = result.pending;
  // What was asked for ahead is claimed when its time has come, which is not now.
  if (!options.wait || not_before !== undefined)
    return print(cli, { auth_req_id, expires_in, interval, ...(not_before === undefined ? {} : { not_before }) });
  tellWaiting(cli, result.pending);
  print(cli, await awaitLease(client, source, result.pending));
}

function print(cli: CliContext, answer: object): void {
  cli.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
}
